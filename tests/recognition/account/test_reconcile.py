"""Each check of an account: when it is silent, and what makes it speak."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.recognition.account.deletions import Attested, Retained
from overt.recognition.account.figures import Judged, figures
from overt.recognition.account.metrics import Seeded
from overt.recognition.account.reconcile import Account, Alert, Report, Totals, discrepancies

LIVE = datetime(2026, 12, 5, 11, 0, tzinfo=UTC)
STOPPED = LIVE + timedelta(minutes=3)
NOW = STOPPED + timedelta(hours=2)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SKEW = 5 * SECOND


def alert(name="1", at=LIVE + 30 * SECOND, decision="true", engaged=True, outcome="arrest"):
    return Alert(name, at, (Report(Judged(decision, engaged, outcome), at + SECOND),))


def account(**changes):
    """An account in which everything agrees, but for `changes`."""
    whole = Account(
        counters={("north", LIVE): 20, ("north", LIVE + MINUTE): 22, ("south", LIVE): 8},
        alerts=(alert(), alert("2", outcome="no_action", engaged=False)),
        faces_told=50,
        alerts_told=2,
        totals=(Totals(1, 20, 1), Totals(3, 50, 2)),
        batches={1, 2, 3},
        live_since=LIVE,
        stopped_at=STOPPED,
        stopped_by_hand=False,
        permits=((LIVE, LIVE + 2 * MINUTE), (LIVE + MINUTE, STOPPED)),
        skew=SKEW,
        watchlist_total=8_400,
        seeded=None,
        retained=(Retained("watchlist", "Watchlist", 1), Retained("cctv", "CCTV", 744)),
        attested=(Attested("watchlist", STOPPED + MINUTE, 8_400),),
        grace=10 * MINUTE,
    )
    return replace(whole, **changes)


def names(now=NOW, **changes):
    return [one.name for one in discrepancies(account(**changes), now)]


def with_alert(*more, **said):
    """The changes that one more alert makes to an account in which all agrees."""
    return {"alerts": (*account().alerts, alert("3", **said), *more), "alerts_told": 3 + len(more)}


def test_an_account_that_agrees_has_no_discrepancy():
    assert discrepancies(account(), NOW) == ()


def test_an_alert_without_any_report_is_undecided_and_nothing_else():
    told = with_alert()
    bare = replace(told["alerts"][-1], reports=())
    assert names(alerts=(*told["alerts"][:-1], bare), alerts_told=3) == ["alert-undecided"]


def test_an_undecided_alert_must_be_resolved():
    (one,) = discrepancies(account(**with_alert(decision="", engaged=None, outcome="")), NOW)
    assert (one.name, one.subjects, one.can_be_explained) == ("alert-undecided", ("3",), False)


def test_an_unknown_engagement_must_be_resolved_as_it_decides_the_column():
    (one,) = discrepancies(account(**with_alert(engaged=None, outcome="no_action")), NOW)
    assert (one.name, one.can_be_explained) == ("engagement-unknown", False)


@pytest.mark.parametrize("decision", ["true", "false", "unconfirmed"])
def test_a_missing_outcome_of_a_decided_alert_must_be_resolved(decision):
    (one,) = discrepancies(account(**with_alert(decision=decision, outcome="")), NOW)
    assert (one.name, one.can_be_explained) == ("outcome-missing", False)


@pytest.mark.parametrize(
    ("decision", "engaged", "outcome", "contradicts"),
    [
        ("false", True, "arrest", True),
        ("false", True, "other", False),
        ("false", False, "no_action", False),
        ("true", False, "arrest", True),
        ("true", False, "other", True),
        ("true", True, "other", False),
        ("unconfirmed", True, "arrest", False),
    ],
)
def test_an_outcome_that_contradicts_is_told_and_may_be_explained(
    decision, engaged, outcome, contradicts
):
    said = with_alert(decision=decision, engaged=engaged, outcome=outcome)
    found = discrepancies(account(**said), NOW)
    expected = [("outcome-contradicts", True)] if contradicts else []
    assert [(one.name, one.can_be_explained) for one in found] == expected


def test_only_the_last_word_on_an_alert_counts():
    told = with_alert()
    first = Report(Judged("false", True, "arrest"), LIVE)
    corrected = replace(told["alerts"][-1], reports=(first, *told["alerts"][-1].reports))
    assert names(alerts=(*told["alerts"][:-1], corrected), alerts_told=3) == []


def test_a_decision_at_the_moment_of_its_alert_agrees_and_one_before_it_does_not():
    for early, expected in ((timedelta(0), []), (SECOND, ["decision-before-alert"])):
        at = LIVE + MINUTE
        odd = Alert("3", at, (Report(Judged("true", True, "arrest"), at - early),))
        assert names(alerts=(*account().alerts, odd), alerts_told=3) == expected


@pytest.mark.parametrize("told", [49, 51])
def test_faces_that_do_not_sum_are_told_with_both_numbers(told):
    (one,) = discrepancies(account(faces_told=told), NOW)
    assert one.name == "faces-differ"
    assert f"said {told} faces in total; 50 were counted" in one.sentence


@pytest.mark.parametrize("told", [1, 3])
def test_alerts_that_do_not_sum_are_told_with_both_numbers(told):
    (one,) = discrepancies(account(alerts_told=told), NOW)
    assert one.name == "alerts-differ"
    assert f"said {told} alerts in total; 2 were received" in one.sentence


@pytest.mark.parametrize("unknown", ["faces_told", "alerts_told"])
def test_a_system_that_never_said_its_totals_is_told_once(unknown):
    assert names(**{unknown: None}) == ["totals-unknown"]


def test_running_totals_that_stand_still_agree_and_each_fall_between_two_messages_is_told():
    still = (Totals(1, 20, 1), Totals(2, 20, 1), Totals(7, 50, 2))
    assert names(totals=still) == []
    fallen = (Totals(1, 20, 1), Totals(2, 19, 1), Totals(7, 1_050, 2), Totals(9, 1_050, 0))
    (one,) = discrepancies(account(totals=fallen), NOW)
    assert (one.name, one.can_be_explained) == ("totals-fell", True)
    assert one.subjects == (
        "faces from 20 in message 1 to 19 in message 2",
        "alerts from 2 in message 7 to 0 in message 9",
    )
    assert names(totals=()) == []


def test_a_fall_that_was_made_up_for_since_is_still_told():
    fallen = (Totals(1, 20, 1), Totals(2, 10, 1), Totals(3, 50, 2))
    assert names(totals=fallen) == ["totals-fell"]


def test_more_alerts_than_faces_is_told():
    assert names(counters={("north", LIVE): 2}, faces_told=2) == []
    assert names(counters={("north", LIVE): 1}, faces_told=1) == ["more-alerts-than-faces"]


def test_missing_numbers_below_the_highest_are_listed():
    (one,) = discrepancies(account(batches=[2, 5]), NOW)
    assert (one.name, one.subjects) == ("batches-missing", ("1", "3", "4"))


def test_no_batch_at_all_misses_none():
    assert names(batches=[]) == []


GAP = ((LIVE, LIVE + MINUTE), (LIVE + 2 * MINUTE, STOPPED))


@pytest.mark.parametrize(
    ("after", "covered"),
    [
        (60 * SECOND, True),
        (65 * SECOND, True),
        (66 * SECOND, False),
        (114 * SECOND, False),
        (115 * SECOND, True),
    ],
)
def test_an_alert_between_two_permits_is_told_beyond_the_skew(after, covered):
    found = names(permits=GAP, counters={("north", LIVE): 50}, **with_alert(at=LIVE + after))
    assert found == ([] if covered else ["outside-permit"])


@pytest.mark.parametrize(
    ("minute", "faces", "covered"), [(1, 5, True), (2, 5, False), (2, 0, True), (3, 5, True)]
)
def test_a_minute_is_outside_a_permit_when_none_of_it_is_inside(minute, faces, covered):
    later = ((LIVE, LIVE + 90 * SECOND), (LIVE + 190 * SECOND, LIVE + 300 * SECOND))
    counters = {("north", LIVE): 50 - faces, ("south", LIVE + minute * MINUTE): faces}
    found = names(permits=later, counters=counters)
    assert found == ([] if covered else ["outside-permit"])


def test_an_alert_outside_the_session_is_told_though_a_permit_held():
    wide = ((LIVE - HOUR, STOPPED + HOUR),)
    for at in (LIVE - SKEW, STOPPED + SKEW):
        assert names(permits=wide, **with_alert(at=at)) == []
    for at in (LIVE - SKEW - SECOND, STOPPED + SKEW + SECOND):
        assert names(permits=wide, **with_alert(at=at)) == ["outside-session"]


def test_faces_counted_after_the_stop_are_told():
    wide = ((LIVE - HOUR, STOPPED + HOUR),)
    counters = {("north", LIVE): 49, ("north", STOPPED + MINUTE): 1}
    assert names(permits=wide, counters=counters) == ["outside-session"]


def test_an_overdue_deletion_is_told_and_reads_the_same_however_late_one_looks():
    assert names(attested=(), now=STOPPED + HOUR) == []
    found = [
        discrepancies(account(attested=()), STOPPED + HOUR + later) for later in (SECOND, 9 * HOUR)
    ]
    assert [one.name for one in found[0]] == ["deletion-overdue"]
    assert found[0][0].sha256 == found[1][0].sha256


def test_a_late_deletion_is_told():
    late = Attested("watchlist", STOPPED + 90 * MINUTE, 8_400)
    assert names(attested=(late,)) == ["deletion-late"]


@pytest.mark.parametrize(
    ("counts", "agrees"),
    [
        ([8_400], True),
        ([8_000, 400], True),
        ([8_399], False),
        ([8_401], False),
        ([0], False),
        ([8_400, 8_400], False),
    ],
)
def test_the_entries_deleted_are_held_to_the_manifest_as_a_sum(counts, agrees):
    attested = tuple(Attested("watchlist", STOPPED + MINUTE, count) for count in counts)
    found = discrepancies(account(attested=attested), NOW)
    assert [one.name for one in found] == ([] if agrees else ["watchlist-deleted-differs"])
    if not agrees:
        assert found[0].can_be_explained
        assert (
            f"had 8,400 entries by its manifest; the system says that it deleted {sum(counts):,}."
            in found[0].sentence
        )


def test_only_what_was_deleted_after_the_end_and_only_of_the_watchlist_is_held_to_the_manifest():
    before = Attested("watchlist", STOPPED - SECOND, 400)
    last = Attested("watchlist", STOPPED + MINUTE, 8_000)
    other = Attested("cctv", STOPPED + MINUTE, 400)
    assert names(attested=(before, last, other)) == ["watchlist-deleted-differs"]


def test_a_watchlist_of_which_no_deletion_is_attested_is_overdue_and_nothing_else():
    assert names(attested=()) == ["deletion-overdue"]


def test_a_seeded_test_noticed_nobody_more_often_than_there_were_true_alerts():
    assert names(seeded=Seeded(40, 2)) == []
    (one,) = discrepancies(account(seeded=Seeded(40, 3)), NOW)
    assert (one.name, one.can_be_explained) == ("seeded-exceeds", True)
    assert "3 correct alerts, but the session had 2 true ones" in one.sentence


def test_a_stop_that_a_person_stated_is_always_to_be_explained():
    (one,) = discrepancies(account(stopped_by_hand=True), NOW)
    assert (one.name, one.can_be_explained) == ("stop-by-hand", True)


def test_an_explanation_does_not_hold_for_a_discrepancy_that_grew_beyond_what_is_named():
    hashes = []
    for highest in (40, 41):
        (one,) = discrepancies(account(batches=[highest]), NOW)
        assert len(one.subjects) == highest - 1
        hashes.append(one.sha256)
    assert hashes[0] != hashes[1]
    # The sentence alone would not tell these two apart.
    pair = [
        discrepancies(account(batches=[20, *range(15, 18), other]), NOW)[0] for other in (18, 19)
    ]
    assert pair[0].sentence == pair[1].sentence
    assert pair[0].sha256 != pair[1].sha256


JUDGED = st.builds(
    Judged,
    decision=st.sampled_from(["true", "false", "unconfirmed", ""]),
    engaged=st.sampled_from([True, False, None]),
    outcome=st.sampled_from(["arrest", "other", "no_action", ""]),
)


@given(st.lists(JUDGED, max_size=12))
def test_when_nothing_must_be_resolved_the_parts_sum_and_every_alert_has_one_outcome(said):
    alerts = tuple(
        Alert(str(number), LIVE, (Report(one, LIVE),)) for number, one in enumerate(said)
    )
    found = discrepancies(account(alerts=alerts, alerts_told=len(alerts)), NOW)
    made = figures(50, said)
    if all(one.can_be_explained for one in found):
        assert made.true_alerts + made.false_alerts == made.alerts
        assert made.arrests + made.other + made.no_action == made.alerts
        assert None not in [one.engaged for one in said]


@given(st.lists(JUDGED, max_size=12), st.randoms())
def test_the_order_in_which_alerts_came_changes_nothing(said, random):
    alerts = [
        Alert(str(number), LIVE - HOUR, (Report(one, LIVE),)) for number, one in enumerate(said)
    ]
    shuffled = list(alerts)
    random.shuffle(shuffled)
    assert discrepancies(account(alerts=tuple(alerts)), NOW) == discrepancies(
        account(alerts=tuple(shuffled)), NOW
    )
