"""The pages of sessions: every state has them, and the account is settled through its own."""

from datetime import timedelta

import pytest

from overt.recognition import contract, states
from overt.recognition.models import Record
from tests.deployments.making import START
from tests.recognition import making
from tests.recognition.publishing import deletions, stopped

from .conftest import Clock, text, visit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ENDS = START + timedelta(hours=5)


@pytest.mark.parametrize(
    "state",
    [
        states.SCHEDULED,
        states.CHECKING,
        states.ARMED,
        states.LIVE,
        states.STOPPING,
        states.UNCONFIRMED,
        states.STOPPED,
        states.NOT_STARTED,
        states.ABORTED,
    ],
)
def test_a_session_in_every_state_has_its_page_and_says_what_it_means(
    state: str, clock: Clock
) -> None:
    desk = making.session_in(state)
    clock.now = desk.session.state_at + SECOND
    client = visit(desk.cast.operator)
    shown = client.get(f"/sessions/{desk.session_id}/")
    assert shown.status_code == 200
    assert states.LABELS[state] in text(shown)
    assert client.get(f"/sessions/{desk.session_id}/now/").status_code == 200
    assert client.get("/sessions/").status_code == 200
    assert client.get(f"/sessions/{desk.session_id}/permits/").status_code == 200
    assert client.get(f"/sessions/{desk.session_id}/alerts/").status_code == 200
    assert client.get("/sessions/jobs/").status_code == 200
    account = client.get(f"/sessions/{desk.session_id}/account/")
    assert account.status_code == (200 if state == states.STOPPED else 404)


def test_a_deployment_leads_to_its_session(clock: Clock) -> None:
    desk = making.live()
    page = visit(desk.cast.operator).get(f"/deployments/{desk.deployment.reference}/")
    assert f"/sessions/{desk.session_id}/" in page.content.decode()


def test_an_account_is_explained_settled_and_published_through_its_page(clock: Clock) -> None:
    desk = making.live()
    desk.tell(START + MINUTE, counters=(making.counter(START, 90),))
    desk.look(ENDS)
    desk.tell(ENDS + SECOND, stopped=making.stopped(ENDS))
    desk.tell(ENDS + MINUTE, deletions=deletions(ENDS + MINUTE))
    clock.now = ENDS + 5 * MINUTE
    client, address = visit(desk.cast.planner), f"/sessions/{desk.session_id}/account/"
    page = client.get(address)
    assert "The system never said its own totals" in text(page)
    assert "By its manifest the watchlist had 8,400 entries; as many have to be deleted." in text(
        page
    )
    sha = page.context["shown"].found[0].discrepancy.sha256
    empty = client.post(f"{address}explain/", {"sha256": sha, "words": ""})
    assert empty.status_code == 422
    client.post(f"{address}explain/", {"sha256": sha, "words": "<i>An old van.</i>"})
    page = client.get(address)
    assert "&lt;i&gt;An old van.&lt;/i&gt;" in page.content.decode()
    client.post(f"{address}reconcile/")
    assert desk.session.state == states.RECONCILED
    wrong = client.post(f"{address}publish/", {"seen_digest": "0" * 64}, follow=True)
    assert "reads otherwise" in text(wrong)
    digest = client.get(address).context["coming"].digest
    client.post(f"{address}publish/", {"seen_digest": digest})
    assert desk.session.state == states.PUBLISHED
    assert Record.objects.get().digest == digest
    assert "Version 1 was published" in text(client.get(address))


def test_an_account_says_in_words_what_was_not_deleted_and_where_totals_fell(clock: Clock) -> None:
    desk = making.live()
    for number, faces in ((1, 90), (2, 40)):
        desk.tell(
            START + number * MINUTE,
            counters=(making.counter(START, 90),),
            heartbeat=contract.Heartbeat(
                at=START + number * MINUTE, state="running", faces_total=faces, alerts_total=0
            ),
        )
    desk.look(ENDS)
    desk.tell(ENDS + SECOND, stopped=making.stopped(ENDS))
    desk.tell(ENDS + MINUTE, deletions=deletions(ENDS + MINUTE, watchlist=8_399))
    clock.now = ENDS + 5 * MINUTE
    said = text(visit(desk.cast.auditor).get(f"/sessions/{desk.session_id}/account/"))
    assert "fell: faces from 90 in message 1 to 40 in message 2." in said
    assert "had 8,400 entries by its manifest; the system says that it deleted 8,399." in said


def test_a_seeded_test_is_entered_on_the_page_of_the_account(clock: Clock) -> None:
    desk = stopped()
    clock.now = ENDS + 10 * MINUTE
    client, address = visit(desk.cast.planner), f"/sessions/{desk.session_id}/account/"
    assert "no true recognition rate is given" in text(client.get(address))
    said = {"passes": "40", "correct_alerts": "41", "words": "Four volunteers."}
    wrong = client.post(f"{address}seeded-test/", said)
    assert wrong.status_code == 422
    assert "at most as many correct alerts as passes" in text(wrong)
    client.post(f"{address}seeded-test/", said | {"correct_alerts": "1"})
    shown = text(client.get(address))
    assert "True recognition rate 1 of 40 passes in a seeded test, 2.5 %; 95 % interval" in shown
    assert "no true recognition rate is given" not in shown
    assert "A seeded test was made" not in text(visit(desk.cast.operator).get(address))
