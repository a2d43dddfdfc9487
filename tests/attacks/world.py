"""What an attack is made on, and what must be as it was afterwards.

Rules, after every attack that was refused
1. The answer is a closed problem (RFC 9457) with the reason that was expected, and repeats nothing.
2. No permit was given: no row of one, no sequence number, no later expiry, and no other session
   state than before.
3. Nothing was counted: counters, alerts, what was said of them, deletions, batches and manifests
   are the same, row by row.
4. Where the request was not from a known system (a signature that is refused), nothing at all was
   written: no refusal and no entry of the ledger.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from overt.ledger.models import Entry
from overt.recognition import contract
from overt.recognition.models import (
    Alert,
    AlertReport,
    Batch,
    Counter,
    Deletion,
    Manifest,
    PermitDecision,
    Session,
)
from tests.recognition.api.conftest import Clock
from tests.recognition.api.wire import Wire
from tests.recognition.making import WATCHLIST, Desk

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
# Above every number that a desk uses itself.
FRESH = 900
_COUNTED = (Alert, AlertReport, Batch, Counter, Deletion, Manifest)
_OF_A_PERMIT = ("state", "permits", "permit_at", "permit_expires_at", "live_since", "ends_at")


@dataclass
class Stage:
    """An armed session, its system, and the clock of Overt, which stands at the start."""

    desk: Desk
    wire: Wire
    clock: Clock

    @property
    def session(self) -> Session:
        return self.desk.session

    @property
    def now(self) -> datetime:
        return self.clock.now

    def afresh(self, moment: datetime) -> "Stage":
        """The same session at `moment`, for another attack."""
        self.clock.now = moment
        return Stage(replace(self.desk), replace(self.wire), self.clock)

    def at(self, moment: datetime) -> "Stage":
        self.clock.now = moment
        return self

    def go_live(self) -> "Stage":
        """The first permit, at the start."""
        assert self.ask(FRESH - 100).status_code == 200
        return self

    def ask(self, number: int = FRESH, **changes: Any) -> Any:
        """An honest request for a permit but for its `changes`, signed and sent now."""
        return self.wire.ask(number, **({"at": self.now, "watchlist": WATCHLIST} | changes))

    def tell(self, number: int = 1, **said: Any) -> Any:
        return self.wire.tell(number, at=self.now, **said)

    def send_manifest(self, given: contract.Manifest) -> Any:
        return self.wire.send(self.wire.address("manifest"), contract.canonical(given), at=self.now)


Attempt = Callable[[Stage], Any]


@dataclass(frozen=True)
class Attack:
    """`prepared` is what happened before it, and is no part of it."""

    reason: str
    attempt: Attempt
    status: int
    prepared: Callable[[Stage], object] = lambda stage: None


@dataclass(frozen=True)
class Before:
    """All of the database that an attack could gain by."""

    sessions: list[dict[str, Any]]
    permits: list[dict[str, Any]]
    counted: list[list[dict[str, Any]]]
    written: tuple[int, int]


def before() -> Before:
    return Before(
        sessions=list(Session.objects.order_by("pk").values("id", *_OF_A_PERMIT)),
        permits=list(PermitDecision.objects.exclude(sequence=None).order_by("pk").values()),
        counted=[list(model.objects.order_by("pk").values()) for model in _COUNTED],
        written=(PermitDecision.objects.count(), Entry.objects.count()),
    )


def problem_of(response: Any) -> contract.Problem:
    """The refusal, which must be as the contract has it."""
    assert response.status_code >= 400, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    found = contract.Problem.model_validate_json(response.content)
    assert found.status == response.status_code
    return found


def assert_refused(stage: Stage, attack: Attack, *, silent: bool = False) -> contract.Problem:
    """Make the attempt and hold Overt to the rules above; `silent` for the fourth."""
    attack.prepared(stage)
    earlier = before()
    problem = problem_of(attack.attempt(stage))
    assert (problem.reason, problem.status) == (attack.reason, attack.status), problem
    later = before()
    assert later.sessions == earlier.sessions
    assert later.permits == earlier.permits
    assert later.counted == earlier.counted
    if silent:
        assert later.written == earlier.written
    return problem


def assert_each_refused(
    subtests: Any, stage: Stage, attacks: Mapping[str, Attack], *, silent: bool = False
) -> None:
    """Each by itself on the same stage: what one has changed is undone before the next."""
    moment = stage.now
    for sentence, attack in attacks.items():
        with subtests.test(sentence), undone():
            assert_refused(stage.afresh(moment), attack, silent=silent)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
