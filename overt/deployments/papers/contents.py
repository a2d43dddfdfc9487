"""What each paper says, put together and set into its page.

The application is made from the frozen version alone. The authority and the briefing pack also say
what stands at the moment they are made, and give that moment. Every value is escaped by the
templates; only the plan is markup, and escapes its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.template.loader import render_to_string

from overt.deployments import states
from overt.deployments.application.words import length
from overt.deployments.models import Notice
from overt.deployments.selectors.decided import told
from overt.deployments.selectors.frozen import Frozen
from overt.deployments.selectors.standing import Standing
from overt.deployments.selectors.surroundings import Surroundings
from overt.policy.document import Profile
from overt.policy.values import Certainty

from .grid_reference import grid_reference
from .plan import plan

NOT_AUTHORISED = "NOT AUTHORISED"
NOT_IN_FORCE = "NOT IN FORCE"


@dataclass(frozen=True)
class Sign:
    code: str
    reference: str
    description: str


@dataclass(frozen=True)
class Kept:
    """One row of the retention table. `until` is the latest moment of deletion when it counts from
    take-down."""

    asset: str
    time: str
    until: datetime
    status: Certainty
    source: str
    note: str


def application(shown: Frozen) -> str:
    """The whole application of one version. The same version gives the same page."""
    return _page("application", shown, mark="", is_withheld=_shows_where(shown), plan=plan(shown))


def authority(shown: Frozen, held: Standing, *, now: datetime) -> str:
    """What was decided on one version, by whom, and what was signed."""
    current = held.deployment.current_version_id == held.version.pk
    live = held.live(now) if current and _under_authority(held) else None
    return _page(
        "authority",
        shown,
        mark="" if live else NOT_IN_FORCE,
        live=live,
        is_current=current,
        state=states.LABELS[held.deployment.state].lower(),
        decided=told(held, now=now),
        legal_frame=shown.profile.authorising.legal_frame,
        made_at=now,
    )


def briefing(
    shown: Frozen, held: Standing, *, around: Surroundings, notice: Notice | None, now: datetime
) -> str:
    """What the team has to know on the day, from the current version. `notice`: the one that
    stands; `around`: for the plan."""
    draft = shown.draft
    live = held.live(now) if _under_authority(held) else None
    decided = told(held, now=now)
    starts_at, ends_at = shown.version.starts_at, shown.version.ends_at
    return _page(
        "briefing",
        shown,
        mark="" if live else NOT_AUTHORISED,
        live=live,
        due=held.due_in_writing(now) if live else None,
        state=states.LABELS[held.deployment.state].lower(),
        decided=decided,
        conditions=[one for one in decided if one.conditions],
        is_withheld=_shows_where(shown),
        draft=draft,
        plan=plan(shown, around),
        length=length(starts_at, ends_at),
        roles=_roles(shown),
        cameras=[
            Sign(camera.label, grid_reference(*camera.position), "")
            for camera in draft.place.cameras
        ],
        signs=[
            Sign(sign.code, grid_reference(*sign.position), sign.description)
            for sign in draft.signs.signs
        ],
        kept=_retention(shown.profile, draft.time.takedown_at or ends_at),
        profile=shown.profile,
        notice=notice,
        made_at=now,
    )


def _page(paper: str, shown: Frozen, **more: Any) -> str:
    return render_to_string(
        f"deployments/papers/{paper}.html",
        {
            "frozen": shown,
            "version": shown.version,
            "document": shown.document,
            **more,
        },
    )


def _shows_where(shown: Frozen) -> bool:
    """Whether the zone or cameras are on the paper: both are withheld from the public."""
    return bool(shown.draft.place.zone or shown.draft.place.cameras)


def _under_authority(held: Standing) -> bool:
    return held.deployment.state in states.UNDER_AUTHORITY


def _roles(shown: Frozen) -> list[tuple[str, str]]:
    resources = shown.draft.resources
    named = (
        ("Gold commander", resources.gold),
        ("Silver commander", resources.silver),
        ("Bronze commander", resources.bronze),
        *(("Operator", person) for person in resources.operators),
        *(("Engagement officer", person) for person in resources.engagement),
        ("Team", resources.team),
        ("System", resources.system),
    )
    given = [(role, one.name) for role, one in named if one is not None]
    return [*given, *([("Vehicle", resources.vehicle)] if resources.vehicle else [])]


def _retention(profile: Profile, over: datetime) -> list[Kept]:
    return [
        Kept(
            asset=rule.asset.value,
            time=_hours(rule.hours.value),
            until=over + timedelta(hours=rule.hours.value),
            status=rule.hours.status,
            source=rule.hours.source,
            note=rule.hours.note or "",
        )
        for rule in profile.retention.values()
    ]


def _hours(hours: int) -> str:
    if hours == 0:
        return "deleted immediately"
    if hours % 24 == 0:
        days = hours // 24
        return f"{days:,} day{'' if days == 1 else 's'}"
    return f"{hours:,} hour{'' if hours == 1 else 's'}"
