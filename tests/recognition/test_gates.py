"""Each gate: when it holds, and every way in which it does not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from overt.policy import profiles
from overt.recognition import gates

START = datetime(2026, 12, 5, 11, 0, tzinfo=UTC)
AO = gates.Officer(name="Sam Example", in_use=True, has_role=True, level=5)
LAWYER = gates.Officer(name="Lee Example", in_use=True, has_role=True, level=0)


def facts(**changes: Any) -> gates.Facts:
    """Everything in order an hour after the start, but for `changes`."""
    whole: dict[str, Any] = {
        "now": START + timedelta(hours=1),
        "starts_at": START,
        "ends_at": START + timedelta(hours=5),
        "is_ready_or_live": True,
        "is_current_version": True,
        "authority": gates.Authority(
            kind="Written authority",
            is_oral=False,
            by=AO,
            needed_level=5,
            valid_until=START + timedelta(hours=6),
        ),
        "needs_review": True,
        "reviewer": LAWYER,
        "sign_faults": (),
        "notice_fault": "",
        "manifest": gates.Manifest(
            digest="ab" * 32,
            built_at=START - timedelta(hours=3),
            total=8_400,
            under_18=2,
            categories={"Wanted on warrant": 8_000, "Court conditions": 400},
        ),
        "manifest_in_use": "ab" * 32,
        "authorised": gates.Composition(
            categories={"Wanted on warrant": 8_000, "Court conditions": 500},
            under_18=2,
            threshold="0.64",
        ),
        "threshold_in_use": "0.64",
        "roles_missing": (),
        "system_in_use": True,
        "system_has_key": True,
        "clock_offset": timedelta(milliseconds=200),
        "overlapping": "",
        "profile": profiles.load(),
    }
    return gates.Facts(**(whole | changes))


def failing(**changes: Any) -> list[str]:
    return [gate.rule for gate in gates.failed(gates.evaluate(facts(**changes)))]


def manifest(**changes: Any) -> gates.Manifest:
    found = facts().manifest
    assert found is not None
    return replace(found, **changes)


def authority(**changes: Any) -> gates.Authority:
    found = facts().authority
    assert found is not None
    return replace(found, **changes)


def test_every_gate_holds_where_everything_is_in_order():
    found = gates.evaluate(facts())
    assert [gate.rule for gate in found] == list(gates.RULES)
    assert len(set(gates.RULES)) == 14
    assert all(gate.passed for gate in found)


ATTACKS: dict[str, tuple[dict[str, Any], str]] = {
    "a second before the start": ({"now": START - timedelta(seconds=1)}, "time-is-now"),
    "at the end": ({"now": START + timedelta(hours=5)}, "time-is-now"),
    "no authority": ({"authority": None}, "authority-holds"),
    "edited after the authority": ({"is_current_version": False}, "version-is-authorised"),
    "deployment withdrawn": ({"is_ready_or_live": False}, "version-is-authorised"),
    "officer's account disabled": (
        {"authority": authority(by=replace(AO, in_use=False))},
        "officers-of-rank",
    ),
    "officer without the role": (
        {"authority": authority(by=replace(AO, has_role=False))},
        "officers-of-rank",
    ),
    "officer demoted": ({"authority": authority(by=replace(AO, level=4))}, "officers-of-rank"),
    "reviewer's account disabled": (
        {"reviewer": replace(LAWYER, in_use=False)},
        "officers-of-rank",
    ),
    "reviewer without the role": (
        {"reviewer": replace(LAWYER, has_role=False)},
        "officers-of-rank",
    ),
    "never reviewed": ({"reviewer": None}, "officers-of-rank"),
    "a sign reported down": ({"sign_faults": ("Sign S3 is missing.",)}, "signs-hold"),
    "the notice cancelled": ({"notice_fault": "No notice is published."}, "notice-holds"),
    "no manifest": ({"manifest": None}, "manifest-is-fresh"),
    "another watchlist than its manifest": ({"manifest_in_use": "cd" * 32}, "manifest-is-fresh"),
    "a watchlist a second too old": (
        {"manifest": manifest(built_at=START - timedelta(hours=24, seconds=1))},
        "manifest-is-fresh",
    ),
    "a watchlist from the future": (
        {"manifest": manifest(built_at=START + timedelta(hours=2))},
        "manifest-is-fresh",
    ),
    "a category that nobody authorised": (
        {"manifest": manifest(categories={"Protesters": 1})},
        "manifest-as-authorised",
    ),
    "one person more than authorised": (
        {"manifest": manifest(categories={"Court conditions": 501})},
        "manifest-as-authorised",
    ),
    "one child more than authorised": (
        {"manifest": manifest(under_18=3)},
        "manifest-as-authorised",
    ),
    "threshold below the floor": ({"threshold_in_use": "0.639"}, "threshold-high-enough"),
    "threshold not said": ({"threshold_in_use": ""}, "threshold-high-enough"),
    "threshold below the authorised": (
        {"authorised": replace(facts().authorised, threshold="0.7")},
        "threshold-high-enough",
    ),
    "an operator's account disabled": (
        {"roles_missing": ("Oli Example has no account in use.",)},
        "roles-filled",
    ),
    "the system out of use": ({"system_in_use": False}, "system-known"),
    "the key revoked": ({"system_has_key": False}, "system-known"),
    "the clock not said": ({"clock_offset": None}, "clock-agrees"),
    "the clock ahead": ({"clock_offset": timedelta(seconds=5.001)}, "clock-agrees"),
    "the clock behind": ({"clock_offset": timedelta(seconds=-5.001)}, "clock-agrees"),
    "another session of the system": ({"overlapping": "LFR-2026-0009"}, "no-overlap"),
}


@pytest.mark.parametrize(("changes", "rule"), ATTACKS.values(), ids=ATTACKS)
def test_a_gate_fails(changes, rule):
    assert rule in failing(**changes)
    # Nothing else does, but what the missing thing is asked for by two gates.
    assert set(failing(**changes)) <= {rule, "officers-of-rank", "manifest-as-authorised"}


def test_an_oral_authority_needs_no_review_yet_and_a_lower_rank():
    oral = authority(
        kind="Urgent oral authority", is_oral=True, by=replace(AO, level=3), needed_level=3
    )
    assert failing(authority=oral, reviewer=None) == []


def test_before_the_start_only_the_time_is_left_out():
    early = facts(now=START - timedelta(minutes=5), threshold_in_use="")
    failed = gates.failed(gates.evaluate(early), before_the_start=True)
    assert [gate.rule for gate in failed] == ["threshold-high-enough"]


def test_the_floor_of_the_day_is_that_of_london():
    # In summer 23:30 UTC of the day before is already the day from which the floor is higher.
    profile = profiles.load()
    rise = max(entry.from_day for entry in profile.threshold.floors if entry.from_day is not None)
    assert rise == date(2024, 7, 25)
    at = datetime(2024, 7, 24, 23, 30, tzinfo=UTC)
    low = {
        "threshold_in_use": "0.62",
        "authorised": replace(facts().authorised, threshold="0.62"),
        "starts_at": at - timedelta(hours=1),
        "ends_at": at + timedelta(hours=1),
    }
    assert "threshold-high-enough" in failing(now=at, **low)
    assert "threshold-high-enough" not in failing(now=at - timedelta(hours=1), **low)


def test_a_policy_that_has_ended_lets_nothing_begin():
    found = facts()
    first = found.profile.validity.in_force_from
    ended = found.profile.model_copy(
        update={
            "validity": found.profile.validity.model_copy(
                update={
                    "in_force_until": first.model_copy(update={"value": date(2026, 12, 4)}),
                }
            )
        }
    )
    assert failing(profile=ended) == ["policy-in-force"]


def test_a_gate_says_that_the_policy_value_is_not_confirmed():
    by_rule = {gate.rule: gate for gate in gates.evaluate(facts())}
    assert by_rule["clock-agrees"].not_confirmed
    assert not by_rule["time-is-now"].not_confirmed
