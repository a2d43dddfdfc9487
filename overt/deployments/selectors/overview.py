"""A deployment as its own page and its task list show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from overt.deployments import states
from overt.deployments.application import completeness
from overt.deployments.application.completeness import Missing
from overt.deployments.application.tasks import TASKS, Draft, Task, read_draft
from overt.deployments.models import Comment, Deployment
from overt.deployments.selectors.conflicts import conflicts
from overt.deployments.selectors.deployments import profile_of
from overt.deployments.selectors.facts import Gathered, gather
from overt.deployments.services.bookings import wanted
from overt.policy.describe import Row, describe
from overt.policy.document import Profile

# What the policy says that decides each task, as paths in the profile.
DECIDES: Mapping[str, tuple[str, ...]] = {
    "use_case": ("use_cases.",),
    "place": (
        "place.zone_max_width_m",
        "place.access_routes_allowed",
        "place.statement_allowed",
        "place.analysis_max_age_days",
        "place.public_precision_m",
    ),
    "time": (
        "sessions.set_times_required",
        "sessions.usual_minutes",
        "sessions.explain_above_minutes",
        "notice.lead_hours",
    ),
    "watchlist": ("watchlist.", "threshold.floors."),
    "necessity": ("authorising.legal_frame",),
    "assessments": ("authorising.assessments",),
    "sensitive_places": ("place.sensitive_kinds", "place.sensitive_distance_m"),
    "community": ("community.",),
    "resources": ("calendar.rest_hours",),
    "signs": ("signs.spacing_m", "signs.distance_m", "signs.text"),
    "notice": ("notice.",),
}


@dataclass(frozen=True)
class Next:
    """What happens next, and who does it ("" when nobody has to)."""

    text: str
    who: str


NEXT: Mapping[str, Next] = {
    states.DRAFT: Next("Complete the tasks, check the answers and submit.", "A planner"),
    states.SUBMITTED: Next("Review the necessity and proportionality.", "A legal adviser"),
    states.REVIEWED: Next("Authorise or refuse.", "An authorising officer"),
    states.AUTHORISED: Next(
        "Publish the notice, place the signs, and make it ready.", "Planners and operators"
    ),
    states.READY: Next("Start the session at the set time.", "Operators"),
    states.LIVE: Next("Recognition may run until the set end.", "Operators"),
    states.ENDED: Next("Reconcile the figures of the session.", "Planners and operators"),
    states.WITHDRAWN: Next(
        "The authority was withdrawn: nothing may run. Account for what was done.",
        "Planners and operators",
    ),
    states.REFUSED: Next("Open it for changes and submit again, or cancel it.", "A planner"),
    states.ACCOUNTED: Next("Nothing: the record is closed.", ""),
    states.CANCELLED: Next("Nothing: it was given up.", ""),
    states.EXPIRED: Next("Nothing: its time passed before it went live.", ""),
}


@dataclass(frozen=True)
class TaskLine:
    """One task of the list, and what it lacks."""

    task: Task
    missing: tuple[Missing, ...]
    comments: int

    @property
    def is_complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Overview:
    """The draft of a deployment with everything that is said about it."""

    deployment: Deployment
    draft: Draft
    profile: Profile
    gathered: Gathered
    missing: tuple[Missing, ...]

    @property
    def by_task(self) -> Mapping[str, list[Missing]]:
        return completeness.by_task(self.missing)

    @property
    def complete(self) -> int:
        """How many tasks lack nothing."""
        return sum(not lacking for lacking in self.by_task.values())


def overview(deployment: Deployment, *, now: datetime) -> Overview:
    """Read the draft, look at the world, and say what is missing."""
    draft, profile = read_draft(deployment.draft), profile_of(deployment)
    gathered = gather(draft, profile=profile)
    lacking = completeness.missing(draft, profile=profile, facts=gathered.facts, now=now)
    return Overview(deployment, draft, profile, gathered, tuple(lacking))


def task_lines(found: Overview) -> list[TaskLine]:
    """The task list."""
    said = list(Comment.objects.filter(deployment=found.deployment).values_list("task", flat=True))
    return [
        TaskLine(task, tuple(found.by_task[task.name]), said.count(task.name)) for task in TASKS
    ]


def in_the_way(found: Overview) -> list[str]:
    """One sentence for each booking of another deployment that stands in the way of this draft."""
    booked = wanted(found.deployment, found.draft)
    return [item.sentence for item in conflicts(booked, besides=found.deployment)]


def deciding_values(task: str, profile: Profile, use_case: str) -> Sequence[Row]:
    """What the policy says that decides `task`, each value with its certainty."""
    paths = DECIDES[task]
    if task == "use_case" and use_case:
        paths = (f"use_cases.{use_case}.",)
    return [
        row
        for section in describe(profile)
        for row in section.rows
        if any(
            row.field == path or (path.endswith(".") and row.field.startswith(path))
            for path in paths
        )
    ]
