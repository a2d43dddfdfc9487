"""What an attack is made on, and what must be as it was afterwards.

Rules, after every attack that was refused
1. The answer is a closed problem (RFC 9457) with the reason and the status that were expected.
2. Every row of sessions, deployments, accounts, policies and the ledger is as it was before.
3. A permit that was refused (403) may be written down: as one row with that reason and without a
   sequence number, one entry of the ledger, and what the session notes of its system's request.
   Nothing else is.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from overt.ledger.models import Entry
from overt.recognition import contract, verbs
from overt.recognition.models import PermitDecision, Session
from tests.recognition.api.conftest import Clock
from tests.recognition.api.wire import Wire
from tests.recognition.making import WATCHLIST, Desk

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
# Above every number that a desk uses itself.
FRESH = 900
_KEPT = ("recognition", "deployments", "ledger", "accounts", "policy")
# What a session notes of a request, whatever the answer.
_NOTED = (
    "requests",
    "heard_at",
    "clock_offset_ms",
    "reported_threshold",
    "reported_manifest",
)
FORBIDDEN = 403


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
Happening = Callable[[Stage], object]


@dataclass(frozen=True)
class Attack:
    """`reason` and `status` are those of the refusal. `prepared` is what happened before the
    attempt, and is no part of it."""

    reason: str
    attempt: Attempt
    status: int
    prepared: Happening | None = None


Rows = dict[Any, dict[str, Any]]
# By table, and in it by primary key.
Before = dict[str, Rows]


def before() -> Before:
    """The database, but for what only Django itself reads, as the database has it."""
    return {
        model._meta.db_table: _rows(model)
        for app in _KEPT
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    }


def _rows(model: type[Model]) -> Rows:
    key = model._meta.pk
    assert key is not None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {model._meta.db_table}")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row[key.column]: row for row in rows}


def problem_of(response: Any) -> contract.Problem:
    """The refusal, which must be as the contract has it."""
    assert response.status_code >= 400, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    found = contract.Problem.model_validate_json(response.content)
    assert found.status == response.status_code
    return found


def assert_refused(
    stage: Stage, attack: Attack, *, earlier: Before | None = None
) -> contract.Problem:
    """Make the attempt and hold Overt to the rules above. `earlier`: the database as it is, where
    that is known."""
    if attack.prepared is not None:
        attack.prepared(stage)
    if earlier is None or attack.prepared is not None:
        earlier = before()
    problem = problem_of(attack.attempt(stage))
    assert (problem.reason, problem.status) == (attack.reason, attack.status), problem
    assert_unchanged(earlier, but_for=problem if problem.status == FORBIDDEN else None)
    return problem


def assert_unchanged(earlier: Before, *, but_for: contract.Problem | None = None) -> None:
    """`but_for`: a refused permit that may be written down."""
    later = before()
    if but_for is not None:
        earlier = _without_the_refusal(earlier, later, but_for)
    for table, rows in earlier.items():
        assert later[table] == rows, table


def _without_the_refusal(earlier: Before, later: Before, problem: contract.Problem) -> Before:
    """`earlier` with what may be new in `later`."""
    written, entries = (_new(_table(model), earlier, later) for model in (PermitDecision, Entry))
    for rows, name, value in (
        (written, "refusal", problem.reason),
        (written, "sequence", None),
        (entries, "verb", verbs.REFUSED.name),
    ):
        assert [row[name] for row in rows.values()] in ([], [value])
    sessions = dict(earlier[_table(Session)])
    for row in written.values():
        noted = later[_table(Session)][row["session_id"]]
        sessions[row["session_id"]] = sessions[row["session_id"]] | {
            name: noted[name] for name in _NOTED
        }
    return earlier | {
        _table(Session): sessions,
        _table(PermitDecision): earlier[_table(PermitDecision)] | written,
        _table(Entry): earlier[_table(Entry)] | entries,
    }


def _table(model: type[Model]) -> str:
    return model._meta.db_table


def _new(table: str, earlier: Before, later: Before) -> Rows:
    return {key: row for key, row in later[table].items() if key not in earlier[table]}


def assert_each_refused(subtests: Any, stage: Stage, attacks: Mapping[str, Attack]) -> None:
    """Each by itself on the same stage: what one has changed is undone before the next."""
    moment, earlier = stage.now, before()
    for sentence, attack in attacks.items():
        with subtests.test(sentence), undone():
            assert_refused(stage.afresh(moment), attack, earlier=earlier)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
