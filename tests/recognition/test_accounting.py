"""From a session that has stopped to its published record, and to a correction of it."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from overt.deployments import states as deployment_states
from overt.deployments.models import Deployment
from overt.ledger.models import Entry
from overt.recognition import contract, states
from overt.recognition.errors import FieldRefused, NotSettled, NotWhatWasShown, WrongState
from overt.recognition.models import Alert, AlertOutcome, AlertReport, Judgement, SeededTest
from overt.recognition.selectors import account, records
from overt.recognition.services import accounting, outcomes
from tests.deployments import making as deployments
from tests.deployments.making import START
from tests.recognition import making
from tests.recognition.publishing import decided, deletions, planner, publish, stopped

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ENDS = START + timedelta(hours=5)
AFTER = ENDS + timedelta(minutes=10)


def test_a_session_without_discrepancies_is_reconciled_and_its_deployment_accounted_for():
    desk = stopped()
    assert [one.discrepancy.name for one in account.shown(desk.session, now=AFTER).found] == []
    accounting.reconcile(session_id=desk.session_id, actor=planner(desk), now=AFTER)
    assert desk.session.state == states.RECONCILED
    assert Deployment.objects.get(pk=desk.deployment.pk).state == deployment_states.ACCOUNTED


def test_the_record_has_the_sixteen_columns_and_what_forces_do_not_publish():
    desk = stopped()
    accounting.reconcile(session_id=desk.session_id, actor=planner(desk), now=AFTER)
    made = publish(desk, AFTER + MINUTE)
    document = json.loads(made.document)
    values = {column["name"]: column["value"] for column in document["columns"]}
    assert len(values) == 16
    assert values["Total Alerts"] == 2
    assert values["True Alerts Confirmed"] == 1
    assert values["False Alerts Confirmed"] == 1
    assert values["Faces seen (estimate)"] == 90
    assert values["Watchlist Size"] == 8_400
    assert values["Min Threshold Setting"] == "0.64"
    assert document["authority"]["sha256"] == desk.session.version.digest
    assert len(document["times"]["signs"]) == 8
    assert document["place"]["square"]["side"] > 0
    assert desk.session.state == states.PUBLISHED
    assert Entry.objects.filter(verb="session.published").count() == 1


def test_what_is_missing_has_to_be_completed_and_no_explanation_stands_in_for_it():
    desk = stopped(tidy=False)
    (found,) = account.shown(desk.session, now=AFTER).found
    assert found.discrepancy.name == "outcome-missing"
    with pytest.raises(NotSettled, match="without an outcome"):
        accounting.reconcile(session_id=desk.session_id, actor=planner(desk), now=AFTER)
    with pytest.raises(WrongState, match="resolved"):
        accounting.explain(
            session_id=desk.session_id,
            sha256=found.discrepancy.sha256,
            words="We forgot.",
            actor=planner(desk),
            now=AFTER,
        )
    alert = Alert.objects.get(name="2")
    outcomes.give(
        alert=alert,
        decision=Judgement.FALSE,
        decided_at=alert.at + 5 * SECOND,
        engaged=True,
        outcome=AlertOutcome.NO_ACTION,
        seen_report=AlertReport.objects.filter(alert=alert).latest("pk").pk,
        reason="",
        actor=deployments.actor(desk.cast.operator),
        now=AFTER,
    )
    accounting.reconcile(session_id=desk.session_id, actor=planner(desk), now=AFTER + MINUTE)


def test_what_can_be_explained_is_explained_as_it_reads_and_again_when_it_reads_otherwise():
    desk = stopped()
    desk.tell(AFTER, number=9)
    found = account.shown(desk.session, now=AFTER).found
    assert [one.discrepancy.name for one in found] == ["batches-missing"]
    accounting.explain(
        session_id=desk.session_id,
        sha256=found[0].discrepancy.sha256,
        words="The van lost its connection and was rebooted.",
        actor=planner(desk),
        now=AFTER,
    )
    assert account.shown(desk.session, now=AFTER).unsettled == ()
    desk.tell(AFTER + SECOND, number=12)
    (again,) = account.shown(desk.session, now=AFTER).unsettled
    assert again.discrepancy.subjects[-2:] == ("10", "11")


def test_running_totals_that_fell_are_told_and_explained_though_the_last_ones_agree():
    desk = making.live()
    for minute, faces in ((1, 90), (2, 40), (3, 90)):
        desk.tell(
            START + minute * MINUTE,
            counters=(making.counter(START, 90),),
            heartbeat=contract.Heartbeat(
                at=START + minute * MINUTE, state="running", faces_total=faces, alerts_total=0
            ),
        )
    desk.look(ENDS)
    desk.tell(ENDS + 2 * SECOND, stopped=making.stopped(ENDS))
    desk.tell(ENDS + MINUTE, deletions=deletions(ENDS + MINUTE))
    (found,) = account.shown(desk.session, now=AFTER).found
    assert found.discrepancy.name == "totals-fell"
    assert "faces from 90 in message 1 to 40 in message 2" in found.discrepancy.sentence
    accounting.explain(
        session_id=desk.session_id,
        sha256=found.discrepancy.sha256,
        words="The system was restarted; its log has the whole count.",
        actor=planner(desk),
        now=AFTER,
    )
    accounting.reconcile(session_id=desk.session_id, actor=planner(desk), now=AFTER)


def test_entries_of_the_watchlist_that_were_not_deleted_keep_the_account_open_until_they_are():
    desk = making.live()
    desk.tell(
        START + MINUTE,
        heartbeat=contract.Heartbeat(
            at=START + MINUTE, state="running", faces_total=0, alerts_total=0
        ),
    )
    desk.look(ENDS)
    desk.tell(ENDS + 2 * SECOND, stopped=making.stopped(ENDS))
    desk.tell(ENDS + MINUTE, deletions=deletions(ENDS + MINUTE, watchlist=8_000))
    (found,) = account.shown(desk.session, now=AFTER).found
    assert found.discrepancy.name == "watchlist-deleted-differs"
    assert "8,400" in found.discrepancy.sentence and "8,000" in found.discrepancy.sentence
    with pytest.raises(NotSettled, match="8,000"):
        accounting.reconcile(session_id=desk.session_id, actor=planner(desk), now=AFTER)
    desk.tell(
        AFTER,
        deletions=(
            contract.Deletion(asset="watchlist", count=400, at=ENDS + 2 * MINUTE, method="erased"),
        ),
    )
    accounting.reconcile(session_id=desk.session_id, actor=planner(desk), now=AFTER)


def test_new_figures_open_a_reconciled_account_again_and_deletions_do_not():
    desk = stopped()
    accounting.reconcile(session_id=desk.session_id, actor=planner(desk), now=AFTER)
    desk.tell(
        AFTER + SECOND,
        deletions=(
            contract.Deletion(
                asset="alerts", count=2, at=AFTER.replace(microsecond=0), method="erased"
            ),
        ),
    )
    assert desk.session.state == states.RECONCILED
    desk.tell(AFTER + 2 * SECOND, alerts=(decided("1", START + 10 * SECOND, outcome="other"),))
    assert desk.session.state == states.STOPPED
    assert account.figures_of(desk.session).other == 1


def test_a_correction_is_a_new_version_with_its_reason_and_the_old_one_stands():
    desk = stopped()
    accounting.reconcile(session_id=desk.session_id, actor=planner(desk), now=AFTER)
    first = publish(desk, AFTER + MINUTE)
    with pytest.raises(WrongState, match="says the same"):
        publish(desk, AFTER + 2 * MINUTE, reason="Nothing.")
    desk.tell(AFTER + 3 * MINUTE, alerts=(decided("1", START + 10 * SECOND, outcome="other"),))
    with pytest.raises(FieldRefused):
        publish(desk, AFTER + 4 * MINUTE)
    second = publish(desk, AFTER + 4 * MINUTE, reason="The person was released without arrest.")
    assert (second.number, json.loads(second.document)["replaces"]) == (2, first.digest)
    changed = {
        one.field: (one.before, one.after)
        for one in records.record.differences(
            json.loads(first.document), json.loads(second.document)
        )
    }
    assert changed["Outcome - Arrest"] == ("1", "0")
    assert changed["Outcome - Other"] == ("0", "1")
    assert Entry.objects.filter(verb="session.corrected").count() == 1


def seed(desk: making.Desk, now, *, person=None, **said):
    whole = {"passes": 40, "correct_alerts": 1, "words": "Four volunteers, ten passes each."} | said
    return accounting.seed(
        session_id=desk.session_id,
        actor=deployments.actor(person or desk.cast.planner),
        now=now,
        **whole,
    )


def test_a_seeded_test_is_recorded_as_counts_and_corrects_a_published_record():
    desk = stopped()
    seed(desk, AFTER)
    accounting.reconcile(session_id=desk.session_id, actor=planner(desk), now=AFTER)
    first = publish(desk, AFTER + MINUTE)
    assert json.loads(first.document)["seeded"] == {"passes": 40, "correct_alerts": 1}
    assert "volunteers" not in first.document
    seed(desk, AFTER + 2 * MINUTE, passes=41)
    assert desk.session.state == states.PUBLISHED
    second = publish(desk, AFTER + 3 * MINUTE, reason="One pass was left out.")
    assert json.loads(second.document)["seeded"] == {"passes": 41, "correct_alerts": 1}
    entries = Entry.objects.filter(verb="session.seeded").order_by("seq")
    assert [json.loads(one.payload)["passes"] for one in entries] == [40, 41]
    with pytest.raises(DatabaseError), transaction.atomic():
        SeededTest.objects.update(passes=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        SeededTest.objects.all()._raw_delete(connection.alias)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"passes": 0, "correct_alerts": 0}, "passes"),
        ({"passes": 10**9}, "passes"),
        ({"correct_alerts": 41}, "correct_alerts"),
        ({"correct_alerts": -1}, "correct_alerts"),
        ({"words": " "}, "words"),
    ],
)
def test_a_seeded_test_that_cannot_be_is_refused(said, field):
    desk = stopped()
    with pytest.raises(FieldRefused) as refused:
        seed(desk, AFTER, **said)
    assert refused.value.field == field
    assert not SeededTest.objects.exists()


def test_a_seeded_test_is_a_planners_to_record_once_the_session_has_stopped():
    desk = making.live()
    with pytest.raises(WrongState):
        seed(desk, START + MINUTE)
    with pytest.raises(PermissionDenied):
        seed(desk, AFTER, person=desk.cast.operator)


def test_what_was_shown_is_what_is_published():
    desk = stopped()
    accounting.reconcile(session_id=desk.session_id, actor=planner(desk), now=AFTER)
    with pytest.raises(NotWhatWasShown):
        accounting.publish(
            session_id=desk.session_id, seen_digest="0" * 64, actor=planner(desk), now=AFTER
        )


def test_only_a_planner_settles_and_publishes():
    desk = stopped()
    for person in (desk.cast.operator, desk.cast.officer, desk.cast.auditor):
        with pytest.raises(PermissionDenied):
            accounting.reconcile(
                session_id=desk.session_id, actor=deployments.actor(person), now=AFTER
            )


def test_an_overdue_deletion_is_named_and_escalates():
    desk = stopped()
    assert account.overdue(now=AFTER) == []
    late = ENDS + timedelta(hours=744, seconds=1)
    (alerts, cctv) = account.overdue(now=late)
    assert {alerts[1].asset, cctv[1].asset} == {"alerts", "cctv"}
    assert [level.level for _, level in account.overdue(now=late + timedelta(days=8))] == [3, 3]
    names = [one.discrepancy.name for one in account.shown(desk.session, now=late).found]
    assert names == ["deletion-overdue"]


def test_what_is_to_be_deleted_immediately_has_the_policys_grace():
    desk = making.live()
    desk.look(ENDS)
    desk.tell(ENDS + SECOND, stopped=making.stopped(ENDS))
    grace = timedelta(minutes=30)
    assert account.overdue(now=ENDS + grace) == []
    overdue = {deadline.asset for _, deadline in account.overdue(now=ENDS + grace + SECOND)}
    assert overdue == {"watchlist", "templates_without_alert"}
