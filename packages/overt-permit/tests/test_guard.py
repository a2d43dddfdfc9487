"""What a guard allows, to the second."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from overt_permit.errors import Refused
from overt_permit.guard import Answer, Guard
from overt_permit.state import StateFile
from permit_making import (
    CONFIG,
    FIRST_SET,
    NEXT,
    OTHER_LIST,
    OTHER_SESSION,
    SERVER,
    SESSION,
    T0,
    Van,
    key_set,
    permit,
    valid,
)


@pytest.mark.parametrize(
    ("wall", "allowed"), [(T0, True), (T0 + 59.999, True), (T0 + 60, False), (T0 + 60.001, False)]
)
def test_a_permit_holds_until_the_moment_that_it_names(van: Van, wall: float, allowed: bool):
    van.accept(permit())
    van.passes(wall - van.wall)
    assert van.may_run().allowed is allowed


@pytest.mark.parametrize(
    "changed",
    [
        {"nbf": T0 + 5, "exp": T0 + 65},
        {"iat": T0 + 5},
        {"exp": T0 + 1, "nbf": T0 - 59},
        {"threshold_floor": "0.640000"},
        {"threshold_floor": "0"},
        {"seq": 2**53 - 1},
    ],
    ids=str,
)
def test_what_is_just_allowed_is_taken(van: Van, changed: dict[str, object]):
    van.accept(permit(**changed))
    assert van.may_run().allowed


def test_a_threshold_above_the_floor_and_no_zone_are_enough(van: Van):
    van.config = replace(CONFIG, threshold="1", zone=None)
    van.restart()
    assert van.accept(permit()).zone
    assert van.may_run().allowed


def test_a_chain_of_permits_runs_without_a_gap(van: Van):
    for number in range(1, 30):
        van.accept(permit(seq=number, iat=van.wall, nbf=van.wall, exp=van.wall + 60))
        for _ in range(10):
            assert van.may_run().allowed
            van.passes(1)


def test_the_last_permit_holds_even_where_it_ends_earlier(van: Van):
    van.accept(permit())
    van.accept(permit(seq=2, exp=T0 + 20))
    assert van.may_run().until == T0 + 20


def test_until_is_the_earlier_end_of_the_two_clocks(van: Van):
    van.wall = T0 - 3
    van.accept(permit())
    assert van.may_run().until == T0 + 57
    van.passes(10)
    assert van.may_run().until == T0 + 57
    van.monotonic += 7
    assert van.may_run().until == T0 + 50


def test_a_permit_ends_with_its_key(van: Van):
    van.follow(key_set(valid(SERVER, ends=T0 + 20), version=2).signed(SERVER))
    van.accept(permit())
    assert van.may_run().until == T0 + 20
    van.passes(20)
    assert van.may_run() == Answer(False, "key-not-valid", 2)


def test_a_clock_that_goes_back_within_the_allowance_gains_nothing(van: Van):
    van.accept(permit())
    van.passes(50)
    van.wall -= 5
    assert van.may_run() == Answer(True, "permit-holds", 11, until=T0 + 55)
    van.passes(10)
    assert van.may_run() == Answer(False, "expired", 10)


@pytest.mark.parametrize(("back", "allowed"), [(5, True), (5.001, False)])
def test_a_clock_may_go_back_by_the_allowance_and_no_further(van: Van, back: float, allowed: bool):
    van.accept(permit())
    van.passes(20)
    assert van.may_run().allowed
    van.wall -= back
    assert van.may_run().allowed is allowed


def test_a_clock_that_went_back_may_catch_up_while_the_permit_lasts(van: Van):
    van.accept(permit())
    van.passes(20)
    van.may_run()
    van.wall -= 12
    assert van.may_run().reason == "clock-went-back"
    van.passes(7)
    assert van.may_run().allowed


def test_another_session_may_follow_when_the_permit_has_ended(van: Van):
    van.accept(permit(exp=T0 + 10))
    van.passes(10)
    other = permit(sub=f"session:{OTHER_SESSION}", exp=T0 + 50)
    assert van.accept(other, OTHER_SESSION).seq == 1
    assert van.may_run().allowed


@pytest.mark.parametrize(
    "change", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]
)
def test_in_the_night_of_summer_time_nothing_happens(van: Van, change: datetime):
    """Local time leaps an hour; permits are in UTC."""
    london = ZoneInfo("Europe/London")
    begins = int(change.timestamp()) - 30
    offsets = {datetime.fromtimestamp(at, london).utcoffset() for at in (begins, begins + 60)}
    assert len(offsets) == 2
    van.wall = begins
    van.accept(permit(iat=begins, nbf=begins, exp=begins + 60))
    for _ in range(60):
        assert van.may_run().allowed
        van.passes(1)
    assert van.may_run().reason == "expired"


def test_a_rotation_changes_the_key_without_a_gap(van: Van):
    van.accept(permit())
    both = key_set(valid(SERVER), valid(NEXT, begins=T0 + 5), version=2)
    van.follow(both.signed(SERVER))
    assert van.may_run().allowed
    van.passes(5)
    van.accept(permit(NEXT, seq=2))
    van.follow(key_set(valid(NEXT), version=3).signed(NEXT))
    assert van.may_run().allowed
    van.restart()
    van.accept(permit(NEXT, seq=3))
    assert van.may_run().allowed


def test_the_same_key_set_again_changes_nothing(van: Van):
    before = van.file.path.read_bytes()
    assert van.follow(FIRST_SET.signed(SERVER)) == FIRST_SET
    assert van.file.path.read_bytes() == before


def test_a_key_set_that_another_process_pinned_is_taken_up_with_the_next_permit(van: Van):
    both = key_set(valid(SERVER), valid(NEXT), version=2)
    StateFile(van.file.path).follow(FIRST_SET, both.signed(SERVER), at=T0)
    van.accept(permit(NEXT))
    assert van.guard.key_set == both
    assert van.may_run().allowed


def test_a_key_set_that_is_kept_elsewhere_leaves_its_version_in_the_state(van: Van):
    file = StateFile(van.file.path.with_name("other.json"))
    file.init()
    newer = key_set(valid(SERVER), version=4)
    Guard(CONFIG, newer, file).accept(permit(), SESSION, T0, 0)
    assert Guard(CONFIG, newer, file).key_set == newer
    with pytest.raises(Refused) as caught:
        Guard(CONFIG, FIRST_SET, file)
    assert (caught.value.reason, caught.value.rule) == ("set-rolled-back", 12)


def test_to_check_takes_nothing(van: Van):
    before = van.file.path.read_bytes()
    for _ in range(2):
        assert van.guard.check(permit(), SESSION, van.wall, van.monotonic).seq == 1
    assert van.file.path.read_bytes() == before
    assert van.may_run().reason == "no-permit"


def test_the_latest_moment_is_kept_also_where_no_permit_is(van: Van):
    van.may_run()
    assert van.file.read().latest == T0
    van.passes(5)
    van.may_run()
    assert van.file.read().latest == T0
    van.passes(1)
    van.may_run()
    assert van.file.read().latest == T0 + 6


def test_without_a_state_that_can_be_written_a_permit_does_not_count(van: Van, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("overt_permit.durable.replace", full)
    with pytest.raises(Refused) as caught:
        van.accept(permit())
    assert (caught.value.reason, caught.value.rule) == ("state-unwritable", 1)
    assert not van.may_run().allowed
    monkeypatch.undo()
    van.accept(permit())
    assert van.may_run().allowed


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": ""},
        {"audience": "7"},
        {"max_life_s": 0},
        {"skew_s": -1},
        {"threshold": "16/25"},
        {"threshold": "64"},
        {"manifest": OTHER_LIST.upper()},
        {"zone": ""},
    ],
    ids=str,
)
def test_a_configuration_that_no_permit_could_fit_is_an_error(changed: dict[str, object]):
    with pytest.raises(ValueError, match=r"^(the|a|manifest)"):
        replace(CONFIG, **changed)
