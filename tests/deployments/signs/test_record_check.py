"""Recording what was seen of a sign."""

import hashlib
import json
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.utils import timezone

from overt.accounts import roles
from overt.accounts.actors import Actor
from overt.accounts.permissions import NotAllowed
from overt.deployments import states
from overt.deployments.errors import DeploymentError, FieldRefused, WrongState
from overt.deployments.models import CheckKind, Deployment, SignCheck
from overt.deployments.selectors.signs import State, state_of
from overt.deployments.services import drafts, sign_plan
from overt.ledger.models import Entry
from overt.policy import profiles
from tests.deployments import making

from .conftest import SETUP, Check, first_sign

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def entries(deployment: Deployment) -> list[tuple[str, dict[str, object]]]:
    written = Entry.objects.filter(subject=deployment.subject).order_by("seq")
    return [(entry.verb, json.loads(entry.payload)) for entry in written]


def test_a_check_is_kept_and_the_ledger_says_so_without_a_place(
    authorised: Deployment, check: Check, cast: making.People
) -> None:
    sign = first_sign(authorised)
    made = check(sign, metres=8, note=" On the  next post, \n as agreed ")
    made.refresh_from_db()
    assert (made.kind, made.person, made.at) == ("placed", cast.operator, SETUP)
    assert (made.easting, made.northing) == (sign.easting + 800, sign.northing)
    assert (made.distance_m, made.accuracy_m) == (8, 5)
    assert made.note == "On the next post, as agreed"
    assert state_of(sign) == State.PLACED
    verb, payload = entries(authorised)[-1]
    assert verb == "sign.placed"
    assert payload == {
        "sign": "S1",
        "kind": "placed",
        "digest": making.digest(authorised),
        "distance_m": 8,
        "accuracy_m": 5,
        "note_sha256": hashlib.sha256(b"On the next post, as agreed").hexdigest(),
    }


def test_no_token_is_in_the_ledger(authorised: Deployment, check: Check) -> None:
    for sign in authorised.signs.all():
        check(sign)
        check(sign, CheckKind.MISSING)
    written = " ".join(Entry.objects.values_list("payload", flat=True))
    written += " ".join(Entry.objects.values_list("subject", flat=True))
    assert [s.code for s in authorised.signs.all() if s.token in written] == []


@pytest.mark.parametrize("role", roles.ALL)
def test_operators_and_planners_check_signs_and_nobody_else(
    role: str, authorised: Deployment, check: Check
) -> None:
    someone = making.account("someone", role)
    if role in (roles.OPERATOR, roles.PLANNER):
        assert check(first_sign(authorised), by=someone).person == someone
        return
    with pytest.raises(NotAllowed) as refused:
        check(first_sign(authorised), by=someone)
    assert refused.value.decision.rule == "check-signs"
    assert not SignCheck.objects.exists()


def test_a_command_checks_no_sign(authorised: Deployment, check: Check) -> None:
    with pytest.raises(NotAllowed):
        check(first_sign(authorised), actor=Actor.of_command("check"))


@pytest.mark.parametrize("state", [s for s in states.LABELS if s != states.DRAFT])
def test_signs_are_checked_under_an_authority_and_at_no_other_time(
    state: str, cast: making.People, check: Check
) -> None:
    made = making.deployment_in(state, cast)
    if state == states.CANCELLED:
        return  # given up as a draft, so without a sign
    before = SignCheck.objects.count(), Entry.objects.count()
    if state in states.UNDER_AUTHORITY:
        check(first_sign(made))
        assert SignCheck.objects.count() == before[0] + 1
        return
    with pytest.raises(WrongState, match=states.LABELS[state].lower()):
        check(first_sign(made))
    assert (SignCheck.objects.count(), Entry.objects.count()) == before


def test_an_application_opened_for_changes_takes_its_signs_out_of_use(
    authorised: Deployment, check: Check, cast: making.People
) -> None:
    check(first_sign(authorised))
    drafts.reopen(
        deployment=authorised,
        reason="Another time.",
        actor=making.actor(cast.planner),
        now=making.NOW + timedelta(hours=1),
    )
    with pytest.raises(WrongState):
        check(first_sign(authorised))


def test_a_sign_that_is_no_longer_planned_is_to_be_taken_down(
    authorised: Deployment, check: Check
) -> None:
    sign = first_sign(authorised)
    sign_plan.renew(deployment=authorised, planned=(), now=making.NOW + timedelta(hours=1))
    with pytest.raises(WrongState, match="no longer planned: take it down"):
        check(sign)


# How often it is sent


def test_the_same_answer_sent_twice_is_one_check(authorised: Deployment, check: Check) -> None:
    key = str(uuid4())
    first = check(first_sign(authorised), key=key)
    written = Entry.objects.count()
    assert check(first_sign(authorised), key=key, now=SETUP + timedelta(seconds=9)) == first
    assert SignCheck.objects.count() == 1
    assert Entry.objects.count() == written


def test_an_answer_sent_again_counts_once_even_after_everything_has_moved_on(
    cast: making.People, check: Check
) -> None:
    made = making.deployment_in(states.READY, cast)
    key = str(uuid4())
    first = check(first_sign(made), CheckKind.MISSING, key=key)
    assert Deployment.objects.get(pk=made.pk).state == states.AUTHORISED
    assert check(first_sign(made), CheckKind.MISSING, key=key) == first


def test_a_page_that_was_answered_takes_no_other_answer(
    authorised: Deployment, check: Check
) -> None:
    key = str(uuid4())
    check(first_sign(authorised), key=key)
    with pytest.raises(WrongState, match="answered already"):
        check(first_sign(authorised), CheckKind.MISSING, key=key)


def test_two_people_may_happen_to_use_one_key(
    authorised: Deployment, check: Check, cast: making.People
) -> None:
    check(first_sign(authorised), key="the-same-key")
    check(first_sign(authorised), key="the-same-key", by=cast.planner)
    check(authorised.signs.get(code="S2"), key="the-same-key")
    assert SignCheck.objects.count() == 3


@pytest.mark.parametrize("key", ["", "short", "x" * 37, "with space here", "né-né-né-né"])
def test_a_key_is_of_the_page(key: str, authorised: Deployment, check: Check) -> None:
    with pytest.raises(FieldRefused) as refused:
        check(first_sign(authorised), key=key)
    assert refused.value.field == "key"


# What follows on what


def test_what_was_never_placed_cannot_still_be_in_place(
    authorised: Deployment, check: Check
) -> None:
    with pytest.raises(WrongState, match="was not placed yet"):
        check(first_sign(authorised), CheckKind.RECHECKED)
    check(first_sign(authorised))
    check(first_sign(authorised), CheckKind.RECHECKED)
    check(first_sign(authorised), CheckKind.MISSING)
    with pytest.raises(WrongState, match="was reported missing"):
        check(first_sign(authorised), CheckKind.RECHECKED)
    check(first_sign(authorised), CheckKind.PLACED)
    assert state_of(first_sign(authorised)) == State.PLACED


def test_an_unknown_kind_is_refused(authorised: Deployment, check: Check) -> None:
    with pytest.raises(FieldRefused) as refused:
        check(first_sign(authorised), "photographed")
    assert refused.value.field == "kind"


def test_a_missing_sign_takes_readiness_back_at_once(cast: making.People, check: Check) -> None:
    made = making.deployment_in(states.READY, cast)
    check(first_sign(made), CheckKind.MISSING, located=False)
    assert Deployment.objects.get(pk=made.pk).state == states.AUTHORISED
    (missing, _), (not_ready, payload) = entries(made)[-2:]
    assert (missing, not_ready) == ("sign.missing", "deployment.not_ready")
    assert payload["reason"] == "Sign S1 is missing."


def test_a_missing_sign_leaves_a_live_deployment_to_the_grace(
    cast: making.People, check: Check
) -> None:
    made = making.deployment_in(states.LIVE, cast)
    check(first_sign(made), CheckKind.MISSING, now=making.START)
    assert Deployment.objects.get(pk=made.pk).state == states.LIVE


def test_the_clock_cannot_be_before_the_plan(authorised: Deployment, check: Check) -> None:
    with pytest.raises(WrongState, match="clock"):
        check(first_sign(authorised), now=making.NOW - timedelta(days=1))


def test_the_order_of_recording_counts_when_clocks_differ(
    authorised: Deployment, check: Check
) -> None:
    check(first_sign(authorised), now=SETUP + timedelta(seconds=2))
    check(first_sign(authorised), CheckKind.MISSING, now=SETUP)
    assert state_of(first_sign(authorised)) == State.MISSING


# Where it was


@pytest.mark.parametrize("kind", ["placed", "rechecked"])
def test_without_a_location_someone_says_where_it_is(
    kind: str, authorised: Deployment, check: Check
) -> None:
    sign = first_sign(authorised)
    check(sign)
    with pytest.raises(FieldRefused, match="gave no location") as refused:
        check(sign, kind, located=False)
    assert refused.value.field == "note"
    made = check(sign, kind, located=False, note="On the lamp post by the bank.")
    assert (made.easting, made.northing, made.distance_m, made.accuracy_m) == (None,) * 4


def test_far_away_is_confirmed_in_words(authorised: Deployment, check: Check) -> None:
    with pytest.raises(FieldRefused, match=r"You are 1,180 m from the planned point of sign S1\."):
        check(first_sign(authorised), metres=1180)
    made = check(first_sign(authorised), metres=1180, note="The road is closed.")
    assert made.distance_m == 1180


def test_a_vague_location_proves_nothing(authorised: Deployment, check: Check) -> None:
    with pytest.raises(FieldRefused, match="does not know well enough"):
        check(first_sign(authorised), accuracy=900_000)
    assert (
        check(first_sign(authorised), accuracy=900_000, note="By the bank.").accuracy_m == 900_000
    )


def test_a_missing_sign_is_reported_from_anywhere(authorised: Deployment, check: Check) -> None:
    check(first_sign(authorised), CheckKind.MISSING, metres=5000)
    check(first_sign(authorised), CheckKind.MISSING, located=False)
    check(first_sign(authorised), CheckKind.MISSING, accuracy=900_000)


@pytest.mark.parametrize("note", ["x" * 301, "bell\x07", "nul\x00", "turn\u202e"])
def test_a_note_is_one_line_that_can_be_read(
    note: str, authorised: Deployment, check: Check
) -> None:
    with pytest.raises(FieldRefused) as refused:
        check(first_sign(authorised), note=note)
    assert refused.value.field == "note"


@pytest.mark.parametrize(
    ("profile", "near", "far"), [("met-2024-09", 25, 26), ("example-force", 15, 16)]
)
def test_how_far_is_too_far_comes_from_the_policy(
    profile: str,
    near: int,
    far: int,
    authorised: Deployment,
    check: Check,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = SimpleNamespace(signs=profiles.load(profile).signs)
    monkeypatch.setattr("overt.deployments.services.signs.profile_of", lambda _: chosen)
    check(first_sign(authorised), metres=near, accuracy=0)
    with pytest.raises(FieldRefused):
        check(first_sign(authorised), metres=far, accuracy=0)


def test_a_time_without_a_zone_is_refused(authorised: Deployment, check: Check) -> None:
    with pytest.raises((DeploymentError, TypeError, ValueError)):
        check(first_sign(authorised), now=timezone.make_naive(SETUP))
