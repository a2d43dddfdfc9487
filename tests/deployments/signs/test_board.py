"""How the signs of a deployment stand: what the board, the gates and the panel are told."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from overt.deployments import states
from overt.deployments.models import CheckKind, Deployment, SignCheck
from overt.deployments.selectors import signs as selectors
from overt.deployments.selectors.signs import State
from overt.deployments.services import sign_plan
from overt.deployments.views.panels import signs as panels
from overt.policy import profiles
from tests.deployments import making

from .conftest import SETUP, Check, first_sign

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def minutes(number: float) -> datetime:
    return SETUP + timedelta(minutes=number)


@pytest.fixture
def placed(authorised: Deployment, cast: making.People) -> Deployment:
    making.place_signs(authorised, cast.operator, SETUP)
    return authorised


@pytest.fixture
def live(cast: making.People) -> Deployment:
    """Live, with every sign seen as it started."""
    made = making.deployment_in(states.LIVE, cast)
    making.place_signs(made, cast.operator, making.START)
    return made


def states_of(deployment: Deployment, now: datetime) -> dict[str, State]:
    return {row.sign.code: row.state for row in selectors.board(deployment, now=now).rows}


def test_the_board_tells_each_sign(placed: Deployment, check: Check) -> None:
    check(placed.signs.get(code="S2"), CheckKind.RECHECKED, now=minutes(50))
    check(placed.signs.get(code="S3"), CheckKind.MISSING, now=minutes(51))
    found = states_of(placed, minutes(61))
    assert found["S1"] == State.OVERDUE
    assert found["S2"] == State.RECHECKED
    assert found["S3"] == State.MISSING
    board = selectors.board(placed, now=minutes(61))
    assert board.in_place == 1
    assert board.faults == (
        "Not in place: sign S3.",
        "Not re-checked in time: sign S1, S4, S5, S6, S7, S8.",
    )
    by_code = {row.sign.code: row for row in board.rows}
    assert by_code["S2"].due_at == minutes(110)
    assert by_code["S3"].due_at is None
    assert (board.missing_since, board.grace_until) == (minutes(51), None)


def test_a_retired_sign_is_on_no_board(placed: Deployment) -> None:
    sign_plan.renew(deployment=placed, planned=(), now=SETUP)
    assert selectors.board(placed, now=SETUP).rows == ()
    assert selectors.signs_hold(placed, now=SETUP).reason == "No sign is planned."
    assert panels.panel(placed, actor=making.PROGRAM, now=SETUP) is None


def test_signs_hold_until_one_is_missing_or_overdue(placed: Deployment, check: Check) -> None:
    assert selectors.signs_hold(placed, now=minutes(60)).allowed
    late = selectors.signs_hold(placed, now=minutes(61))
    assert (late.allowed, late.rule) == (False, "signs-hold")
    assert selectors.missing_since(placed) is None
    check(first_sign(placed), CheckKind.MISSING, now=minutes(5))
    gone = selectors.signs_hold(placed, now=minutes(5))
    assert (gone.allowed, gone.reason) == (False, "Not in place: sign S1.")
    assert selectors.missing_since(placed) == minutes(5)
    check(first_sign(placed), now=minutes(6))
    assert selectors.signs_hold(placed, now=minutes(6)).allowed
    assert selectors.missing_since(placed) is None


def test_while_live_a_missing_sign_is_borne_for_the_grace(live: Deployment, check: Check) -> None:
    at = making.START + timedelta(minutes=10)
    grace = timedelta(minutes=5)
    check(first_sign(live), CheckKind.MISSING, now=at)
    check(live.signs.get(code="S2"), CheckKind.MISSING, now=at + timedelta(minutes=1))
    assert selectors.signs_hold(live, now=at).allowed
    assert selectors.signs_hold(live, now=at + grace - timedelta(seconds=1)).allowed
    gone = selectors.signs_hold(live, now=at + grace)
    assert (gone.allowed, gone.reason) == (False, "Not in place: sign S1.")
    board = selectors.board(live, now=at)
    assert (board.missing_since, board.grace_until) == (at, at + grace)


@pytest.mark.parametrize(
    ("profile", "recheck", "grace"), [("met-2024-09", 60, 5), ("example-force", 45, 2)]
)
def test_the_times_are_those_of_the_policy(
    profile: str,
    recheck: int,
    grace: int,
    live: Deployment,
    check: Check,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = SimpleNamespace(signs=profiles.load(profile).signs)
    monkeypatch.setattr(selectors, "profile_of", lambda _: chosen)
    in_time = making.START + timedelta(minutes=recheck)
    assert selectors.signs_hold(live, now=in_time).allowed
    assert not selectors.signs_hold(live, now=in_time + timedelta(seconds=1)).allowed
    at = making.START + timedelta(minutes=1)
    check(first_sign(live), CheckKind.MISSING, now=at)
    assert selectors.signs_hold(live, now=at + timedelta(minutes=grace, seconds=-1)).allowed
    assert not selectors.signs_hold(live, now=at + timedelta(minutes=grace)).allowed


def test_a_board_of_many_signs_and_checks_asks_no_more_often(
    placed: Deployment, cast: making.People
) -> None:
    selectors.board(placed, now=SETUP)
    with CaptureQueriesContext(
        connection,
    ) as few:
        selectors.board(placed, now=SETUP)
    for _ in range(3):
        making.place_signs(placed, cast.operator, SETUP)
    with CaptureQueriesContext(connection) as many:
        board = selectors.board(placed, now=SETUP)
        assert [row.last.person.shown_name for row in board.rows if row.last] == ["Oli"] * 8
    assert SignCheck.objects.count() == 32
    assert len(many) == len(few) <= 3


def test_the_panel_counts_and_says_what_is_wrong_under_an_authority_only(
    placed: Deployment, check: Check, cast: making.People
) -> None:
    check(first_sign(placed), CheckKind.MISSING)
    shown = panels.panel(placed, actor=making.actor(cast.auditor), now=SETUP)
    assert shown is not None
    assert (shown["in_place"], shown["planned"]) == (7, 8)
    assert shown["faults"] == ("Not in place: sign S1.",)
    ended = making.deployment_in(states.SUBMITTED, cast, start=making.START + timedelta(days=9))
    waiting = panels.panel(ended, actor=making.actor(cast.auditor), now=SETUP)
    assert waiting is not None
    assert (waiting["in_place"], waiting["planned"], waiting["faults"]) == (0, 8, ())


def test_a_draft_without_signs_has_no_panel(cast: making.People) -> None:
    assert panels.panel(making.draft(cast), actor=making.PROGRAM, now=SETUP) is None
