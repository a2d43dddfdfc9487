"""One deployment in each state, brought there by the services, each step at a time of its own.

Times count from now: what is over lies in the past, and the live one spans now. The steps of all
deployments are taken in the order of their times, in one transaction: either all of them are
there, or none. Where any deployment is there already, nothing is added.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.application import tasks
from overt.deployments.models import CheckKind, Deployment, Sign, System, Team
from overt.deployments.services import (
    deciding,
    drafts,
    equipment,
    lifecycle,
    notices,
    signs,
    statements,
    submitting,
)
from overt.deployments.signs.location import Location
from overt.hotspots.models import Analysis
from overt.hotspots.models.analyses import State
from overt.hotspots.selectors.analyses import record_of
from overt.hotspots.services import analyses
from overt.ledger.services import make_checkpoint
from overt.policy import profiles

from .applications import Ground, fill_in
from .cases import CASES, TEAMS, VANS, Case

LONDON = ZoneInfo("Europe/London")
_LASTS = timedelta(hours=5)
# The live one began this long before now, and lasts longer.
_LIVE_SINCE, _LIVE_LASTS = timedelta(hours=2), timedelta(hours=8)

Step = tuple[datetime, Callable[[datetime], object]]


def ensure(
    area_name: str, *, people: Mapping[str, User], say: Callable[[str], None], now: datetime
) -> int:
    """How many deployments were made; they rest on the analysis of `area_name`, run here if no
    worker has done so yet. None is made where a person is missing or there are some already."""
    if Deployment.objects.exists():
        say("Deployments: 0 new, there already")
        return 0
    ground = _ground(area_name, now)
    missing = _NEEDED - set(people)
    if ground is None or missing:
        reason = f"no account {', '.join(sorted(missing))}" if missing else "no hotspots to rest on"
        say(f"Deployments: none made, {reason}")
        return 0
    spots = _spots(ground)
    with transaction.atomic():
        command = Actor.of_command("demo")
        # First in line of the checkpoints: those of the notices would carry times gone by.
        transaction.on_commit(lambda: make_checkpoint(actor=command.label, now=now), robust=True)
        _equipment(command, now - timedelta(days=30))
        steps: list[Step] = []
        for case, spot in zip(CASES, spots, strict=False):
            steps += _Life(case, ground, spot, people, now).steps()
        for at, step in sorted(steps, key=lambda one: one[0]):
            step(at)
    say(f"Deployments: {len(CASES)} new, one in each state")
    return len(CASES)


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


def _equipment(command: Actor, at: datetime) -> None:
    for name, description in VANS.items():
        if not System.objects.filter(name__iexact=name).exists():
            equipment.add_system(name=name, description=description, actor=command, now=at)
    for name in TEAMS:
        if not Team.objects.filter(name__iexact=name).exists():
            equipment.add_team(name=name, actor=command, now=at)


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
            whole = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
            self.starts, self.ends = whole - _LIVE_SINCE, whole - _LIVE_SINCE + _LIVE_LASTS
        else:
            day = today + timedelta(days=case.day)
            self.starts = datetime.combine(day, time(case.hour), LONDON)
            self.ends = datetime.combine(day, time(case.hour), LONDON) + _LASTS
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
        yield self.starts, self._start
        seen = self.starts + timedelta(minutes=10)
        over = min(self.ends, self.now)
        while seen < over:
            yield seen, self._signs(CheckKind.RECHECKED)
            seen += timedelta(minutes=45)
        if state == states.LIVE:
            yield self.now, self._signs(CheckKind.RECHECKED)
            return
        yield self.ends, self._end
        if state == states.ACCOUNTED:
            yield self.ends + timedelta(days=1), self._account

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
            planned = Sign.objects.filter(deployment=self._it(), retired_at__isnull=True)
            for sign in planned.order_by("pk"):
                signs.record_check(
                    sign=sign,
                    kind=kind,
                    here=Location(sign.easting + 1_50, sign.northing - 80, accuracy_m=8),
                    note="",
                    key=f"demo-{sign.pk}-{at:%Y%m%d%H%M%S}",
                    actor=self._as("operator"),
                    now=at,
                )

        return look

    def _make_ready(self, at: datetime) -> None:
        lifecycle.make_ready(
            deployment=self._it(), seen_digest=self._digest(), actor=self._as("operator"), now=at
        )

    def _start(self, at: datetime) -> None:
        lifecycle.start(deployment=self._it(), actor=self.program, now=at)

    def _end(self, at: datetime) -> None:
        lifecycle.end(deployment=self._it(), reason="", actor=self.program, now=at)

    def _account(self, at: datetime) -> None:
        lifecycle.account(deployment=self._it(), actor=self.program, now=at)

    def _expire(self, at: datetime) -> None:
        lifecycle.expire(deployment=self._it(), actor=self.program, now=at)
