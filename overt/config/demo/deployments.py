"""One deployment in each state, brought there by the services, each step at a time of its own.

Times count from now: what is over lies in the past, with its session. The live one begins now and
is brought to ready: its session is live as soon as its system asks (`overt.config.demo.live`). The
steps of all deployments are taken in the order of their times, in one transaction: either all of
them are there, or none. Where there are some already, at most a live one is added.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.application import tasks
from overt.deployments.models import CheckKind, Deployment, System, Team
from overt.deployments.services import (
    deciding,
    drafts,
    equipment,
    lifecycle,
    notices,
    statements,
    submitting,
)
from overt.hotspots.models import Analysis
from overt.hotspots.models.analyses import State
from overt.hotspots.selectors.analyses import record_of
from overt.hotspots.services import analyses
from overt.ledger.services import make_checkpoint
from overt.policy import profiles

from . import live
from .applications import Ground, fill_in, watchlist_of
from .cases import CASES, VAN, Case
from .sessions import Run

LONDON = ZoneInfo("Europe/London")
_LASTS, _LIVE_LASTS = timedelta(hours=5), timedelta(hours=8)
# Of those whose session is told, with a permit for every minute.
_TOLD_LASTS = timedelta(hours=1)

Step = tuple[datetime, Callable[[datetime], object]]


def ensure(
    area_name: str, *, people: Mapping[str, User], say: Callable[[str], None], now: datetime
) -> int:
    """How many deployments were made; they rest on the analysis of `area_name`, run here if no
    worker has done so yet. None is made where a person is missing."""
    wanted: tuple[Case, ...] = CASES
    if Deployment.objects.exists():
        wanted = tuple(case for case in CASES if case.state == states.LIVE)
        if live.under_way(now=now) is not None:
            say("Deployments: 0 new, there already")
            return 0
    ground = _ground(area_name, now)
    missing = _NEEDED - set(people)
    if ground is None or missing:
        reason = f"no account {', '.join(sorted(missing))}" if missing else "no hotspots to rest on"
        say(f"Deployments: none made, {reason}")
        return 0
    spots = dict(zip(CASES, _spots(ground), strict=False))
    with transaction.atomic():
        command = Actor.of_command("demo")
        # First in line of the checkpoints: those of the notices would carry times gone by.
        transaction.on_commit(lambda: make_checkpoint(actor=command.label, now=now), robust=True)
        live.permit_key(actor=command, now=now - timedelta(days=30))
        steps: list[Step] = []
        for case in wanted:
            own = _with_equipment(case, command, now - timedelta(days=30))
            steps += _Life(own, ground, spots[case], people, now).steps()
        for at, step in sorted(steps, key=lambda one: one[0]):
            step(at)
    more = "one in each state" if wanted is CASES else "for a session of today"
    say(f"Deployments: {len(wanted)} new, {more}")
    return len(wanted)


_NEEDED = frozenset(
    {
        *("planner", "analyst", "legal", "officer", "operator", "operator2", "engagement"),
        *("gold", "silver", "bronze"),
    }
)


def _ground(area_name: str, now: datetime) -> Ground | None:
    found = Analysis.objects.filter(area__name=area_name).order_by("-pk").first()
    if found is not None and found.state == State.QUEUED:
        command = Actor.of_command("demo")
        found = analyses.run(analysis_id=found.pk, actor=command, clock=lambda: now)
    if found is None or found.state != State.DONE:
        return None
    ground = Ground(area=found.area, analysis=found, profile=profiles.load())
    return ground if len(_spots(ground)) >= len(CASES) else None


def _spots(ground: Ground) -> list[tasks.Position]:
    """Middles of the hot hexagons that lie wholly in the borough, those with most crimes first."""
    hot = [
        cell
        for cell in record_of(ground.analysis)["cells"]
        if cell["class"] == "hot" and cell["inside_ppm"] == 1_000_000
    ]
    hot.sort(key=lambda cell: cell["rank"])
    return [(cell["easting"] * 100, cell["northing"] * 100) for cell in hot]


def _with_equipment(case: Case, command: Actor, at: datetime) -> Case:
    """The case with its van and team, added where they are not there yet. The live one has its own
    each time: the system of a session that was left without its end runs no other."""
    if case.state == states.LIVE:
        number = System.objects.count() + 1
        while System.objects.filter(name__iexact=f"Van {number}").exists():
            number += 1
        case = replace(case, van=f"Van {number}", team=f"Team of van {number}")
    if not System.objects.filter(name__iexact=case.van).exists():
        van = equipment.add_system(name=case.van, description=VAN, actor=command, now=at)
        live.system_key(van, actor=command, now=at)
    if not Team.objects.filter(name__iexact=case.team).exists():
        equipment.add_team(name=case.team, actor=command, now=at)
    return case


class _Life:
    """The steps of one case, from its draft to its state."""

    def __init__(
        self,
        case: Case,
        ground: Ground,
        spot: tasks.Position,
        people: Mapping[str, User],
        now: datetime,
    ) -> None:
        self.case, self.ground, self.spot, self.people, self.now = case, ground, spot, people, now
        today = now.astimezone(LONDON).date()
        if case.state == states.LIVE:
            self.starts = now.replace(second=0, microsecond=0)
            self.ends = self.starts + _LIVE_LASTS
        else:
            day = today + timedelta(days=case.day)
            self.starts = datetime.combine(day, time(case.hour), LONDON)
            told = case.state in (states.ENDED, states.ACCOUNTED)
            self.ends = self.starts + (_TOLD_LASTS if told else _LASTS)
        self.program = Actor.of_command("demo")
        self.deployment: Deployment | None = None

    def steps(self) -> Iterator[Step]:
        """Each with its time, none of them later than now."""
        state, begun = self.case.state, self.starts - timedelta(days=self.case.made)
        begun = min(begun, self.now - timedelta(hours=6))
        yield begun, self._begin
        if state == states.DRAFT:
            return
        if state == states.CANCELLED:
            yield begun + timedelta(hours=3), self._cancel
            return
        yield begun + timedelta(hours=1), self._submit
        if state == states.EXPIRED:
            yield self.ends + timedelta(hours=1), self._expire
        if state in (states.SUBMITTED, states.EXPIRED):
            return
        yield begun + timedelta(hours=3), self._review
        if state in (states.REVIEWED, states.REFUSED):
            return
        yield begun + timedelta(hours=4), self._authorise
        if state == states.WITHDRAWN:
            yield begun + timedelta(hours=5), self._withdraw
        if state in (states.AUTHORISED, states.WITHDRAWN):
            return
        yield begun + timedelta(hours=4, minutes=30), self._publish
        yield from self._session(begun + timedelta(hours=5))

    def _session(self, prepared: datetime) -> Iterator[Step]:
        state = self.case.state
        placed = prepared if state == states.READY else self.starts - timedelta(minutes=45)
        yield placed, self._signs(CheckKind.PLACED)
        yield placed + timedelta(minutes=15), self._make_ready
        if state == states.READY:
            return
        if state == states.LIVE:
            yield self.now, self._signs(CheckKind.RECHECKED)
            return
        seen = self.starts - timedelta(minutes=15)
        while seen < self.ends:
            yield seen, self._signs(CheckKind.RECHECKED)
            seen += timedelta(minutes=45)
        run = Run(
            self._it,
            watchlist_of(self.case),
            starts=self.starts,
            ends=self.ends,
            settled=state == states.ACCOUNTED,
            people=self.people,
        )
        yield from run.steps()

    def _as(self, username: str) -> Actor:
        return Actor.of_user(self.people[username])

    def _it(self) -> Deployment:
        if self.deployment is None:
            raise AssertionError("a deployment is begun first")
        return Deployment.objects.select_related("current_version").get(pk=self.deployment.pk)

    def _digest(self) -> str:
        version = self._it().current_version
        return version.digest if version is not None else ""

    def _begin(self, at: datetime) -> None:
        planner = self._as("planner")
        filled = fill_in(
            self.case,
            ground=self.ground,
            spot=self.spot,
            starts_at=self.starts,
            ends_at=self.ends,
            people=self.people,
        )
        made = drafts.create(title=self.case.title, actor=planner, now=at)
        # A draft is under way: the later tasks are still empty.
        wanted = tasks.TASKS[:5] if self.case.state == states.DRAFT else tasks.TASKS
        for number, task in enumerate(wanted, start=1):
            made = drafts.save_task(
                deployment=made,
                task=task.name,
                data=getattr(filled, task.name),
                seen_revision=made.revision,
                actor=planner,
                now=at + timedelta(minutes=2 * number),
            )
        if self.case.is_event:
            made = statements.sign_statement(
                deployment=made,
                seen_revision=made.revision,
                actor=self._as("analyst"),
                now=at + timedelta(minutes=40),
            )
        self.deployment = made

    def _cancel(self, at: datetime) -> None:
        reason = "Another operation needs the van on that day."
        drafts.cancel(deployment=self._it(), reason=reason, actor=self._as("planner"), now=at)

    def _submit(self, at: datetime) -> None:
        made = self._it()
        submitting.submit(
            deployment=made, seen_revision=made.revision, actor=self._as("planner"), now=at
        )

    def _review(self, at: datetime) -> None:
        refused = self.case.state == states.REFUSED
        deciding.review(
            deployment=self._it(),
            seen_digest=self._digest(),
            supported=not refused,
            reason="The alternatives were not tried in these streets, so necessity is not shown."
            if refused
            else "Necessary and proportionate as it stands; the watchlist is as narrow as the aim.",
            actor=self._as("legal"),
            now=at,
        )

    def _authorise(self, at: datetime) -> None:
        deciding.authorise(
            deployment=self._it(),
            seen_digest=self._digest(),
            given=True,
            reason="I am satisfied that it is necessary, and that nothing less would do.",
            conditions="Stop at once if the pavement grows too crowded to walk round the zone.",
            actor=self._as("officer"),
            now=at,
        )

    def _withdraw(self, at: datetime) -> None:
        reason = "Two of those sought for these offences were arrested; the need has passed."
        deciding.withdraw(
            deployment=self._it(),
            seen_digest=self._digest(),
            reason=reason,
            actor=self._as("officer"),
            now=at,
        )

    def _publish(self, at: datetime) -> None:
        notices.publish(
            deployment=self._it(), seen_digest=self._digest(), actor=self._as("planner"), now=at
        )

    def _signs(self, kind: CheckKind) -> Callable[[datetime], None]:
        def look(at: datetime) -> None:
            live.look_at_signs(self._it(), self.people["operator"], kind, now=at)

        return look

    def _make_ready(self, at: datetime) -> None:
        lifecycle.make_ready(
            deployment=self._it(), seen_digest=self._digest(), actor=self._as("operator"), now=at
        )

    def _expire(self, at: datetime) -> None:
        lifecycle.expire(deployment=self._it(), actor=self.program, now=at)
