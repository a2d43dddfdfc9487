"""The interface as a system meets it: permits, batches, manifests, sessions, refusals."""

from datetime import timedelta

import pytest
from overt_permit import keys
from overt_permit.signing import read_permit

from overt.recognition import contract, states
from overt.recognition.models import Batch, KeySet, PermitDecision
from tests.deployments.making import START
from tests.recognition import making

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SECOND = timedelta(seconds=1)


def reason(response) -> str:
    assert response.headers["Content-Type"] == "application/problem+json"
    return contract.Problem.model_validate_json(response.content).reason


def test_a_permit_is_given_and_verifies_offline_against_the_published_key_set(wire, desk, clock):
    clock.now = START + SECOND
    response = wire.ask(5, at=clock.now, watchlist=making.WATCHLIST)
    assert response.status_code == 200
    answer = response.json()
    assert (answer["sequence"], answer["poll_seconds"]) == (1, 10)
    published = wire.client.get("/api/v1/permit-keys")
    pinned = keys.pin(published.content.decode())
    at = int(clock.now.timestamp())
    permit, _ = read_permit(answer["permit"], lambda kid: pinned.find(kid, at=at))
    assert permit.sub == f"session:{desk.session_id}"
    assert permit.aud == f"system:{desk.session.system_id}"
    assert permit.authority == desk.session.version.digest
    assert permit.exp - permit.nbf == 60
    assert permit.manifest == making.WATCHLIST
    assert desk.session.state == states.LIVE
    assert response.headers["Cache-Control"].startswith("max-age=0")


def test_a_refusal_names_the_gate_and_no_person(wire, desk, clock):
    clock.now = START + SECOND
    desk.cast.officer.is_active = False
    desk.cast.officer.first_name = "Samantha"
    desk.cast.officer.save()
    response = wire.ask(5, at=clock.now, watchlist=making.WATCHLIST)
    assert response.status_code == 403
    assert reason(response) == "officers-of-rank"
    failed = [gate["name"] for gate in response.json()["gates"] if not gate["passed"]]
    assert failed == ["officers-of-rank"]
    assert "Samantha" not in response.content.decode()
    assert PermitDecision.objects.latest("pk").refusal == "officers-of-rank"


def test_the_sessions_of_a_system_are_its_own(wire, desk, clock):
    clock.now = START
    response = wire.send("/api/v1/sessions", method="GET", at=clock.now)
    (entry,) = contract.SessionList.model_validate_json(response.content).sessions
    assert (entry.id, entry.state) == (str(desk.session_id), states.ARMED)
    other = making.System.objects.create(name="Van 9")
    private, _ = making.system_key(other)
    wire.key = private
    listed = wire.send("/api/v1/sessions", method="GET", at=clock.now)
    assert listed.json() == {"sessions": []}
    refused = wire.ask(9, at=clock.now, watchlist=making.WATCHLIST)
    assert (refused.status_code, reason(refused)) == (404, "no-such-session")


def test_a_batch_is_taken_once_however_often_it_comes(wire, desk, clock):
    clock.now = START
    wire.ask(5, at=clock.now, watchlist=making.WATCHLIST)
    clock.now = START + 70 * SECOND
    counters = (making.counter(START, 40),)
    first = wire.tell(1, at=clock.now, counters=counters)
    again = wire.tell(1, at=clock.now, counters=counters)
    assert first.json()["duplicate"] is False
    assert again.json() == first.json() | {"duplicate": True}
    assert Batch.objects.count() == 1
    other = wire.tell(1, at=clock.now, counters=(making.counter(START, 41),))
    assert (other.status_code, reason(other)) == (409, "number-reused")
    late = wire.tell(4, at=clock.now)
    assert late.json()["missing"] == [2, 3]


def test_the_body_is_kept_with_the_signature_as_evidence(wire, desk, clock):
    clock.now = START
    wire.ask(5, at=clock.now, watchlist=making.WATCHLIST)
    clock.now = START + 70 * SECOND
    wire.tell(1, at=clock.now, counters=(making.counter(START, 40),))
    kept = Batch.objects.get()
    assert '"faces_seen":40' in kept.body
    assert ".." in kept.signature


def test_a_body_outside_the_contract_says_where_and_repeats_nothing(wire, desk, clock):
    clock.now = START
    response = wire.send(wire.address("batches"), b'{"secret-name":"Jane Example"}', at=clock.now)
    assert response.status_code == 422
    assert "Jane" not in response.content.decode()
    assert "secret-name" not in response.content.decode()


def test_without_a_key_to_sign_with_there_is_no_permit(wire, desk, clock, settings, tmp_path):
    settings.PERMIT_KEY_FOLDER = tmp_path / "empty"
    settings.PERMITS_MAKE_THEIR_KEY = False
    clock.now = START
    response = wire.ask(5, at=clock.now, watchlist=making.WATCHLIST)
    assert (response.status_code, reason(response)) == (503, "no-permit-key")
    assert desk.session.state == states.ARMED


def test_before_there_is_a_key_set_none_is_published(client, db):
    KeySet.objects.all()
    assert client.get("/api/v1/permit-keys").status_code == 404


def test_another_method_is_refused_in_the_same_form(wire, clock):
    clock.now = START
    response = wire.send(wire.address("permit"), b"", method="PUT", at=clock.now)
    assert (response.status_code, reason(response)) == (405, "method-not-allowed")
    assert "POST" in response.headers["Allow"]


def test_the_schema_is_openapi_3_1_and_the_bodies_are_closed(client, db):
    schema = client.get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    for name in ("Batch", "Manifest", "PermitRequest", "Counter", "Alert", "Problem"):
        assert schema["components"]["schemas"][name]["additionalProperties"] is False
    assert set(schema["paths"]) == {
        "/api/v1/sessions",
        "/api/v1/sessions/{session_id}/manifest",
        "/api/v1/sessions/{session_id}/permit",
        "/api/v1/sessions/{session_id}/batches",
        "/api/v1/permit-keys",
    }
