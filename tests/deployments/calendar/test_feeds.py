"""The feed of a person: a secret, what it opens, and how it is taken back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar, Event

from overt.accounts.models import User
from overt.accounts.permissions import NotAllowed
from overt.deployments import states
from overt.deployments.application.tasks import read_draft
from overt.deployments.models import CalendarFeed, Deployment
from overt.deployments.services import deciding, drafts, feeds, submitting
from overt.ledger.models import Entry
from tests.deployments import making

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: making.NOW + timedelta(hours=4))


@pytest.fixture
def cast() -> making.People:
    return making.people()


@pytest.fixture
def token(cast: making.People) -> str:
    return feeds.make(actor=making.actor(cast.auditor), now=making.NOW)


def fetch(token: str, **query: object) -> list[Event]:
    address = reverse("deployments:calendar_feed_file", kwargs={"token": token})
    response = Client().get(address, query)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


def status_of(token: str) -> int:
    address = reverse("deployments:calendar_feed_file", kwargs={"token": token})
    return Client().get(address).status_code


def test_the_secret_is_long_differs_and_is_kept_nowhere(cast: making.People, token: str) -> None:
    other = feeds.make(actor=making.actor(cast.legal), now=making.NOW)
    assert token != other
    assert len(token) >= 43
    kept = [str(row) for row in CalendarFeed.objects.values()]
    kept += [str(row) for row in Entry.objects.values()]
    assert not any(token in row or other in row for row in kept)


def test_it_is_read_without_a_session_and_tells_of_deployments(token: str) -> None:
    made = making.deployment_in(states.AUTHORISED)
    (event,) = fetch(token)
    assert event["SUMMARY"] == f"{made.reference} Winter market (Authorised)"
    assert event["STATUS"] == "CONFIRMED"
    assert event["LOCATION"] == "Sample borough, near the station"


def test_no_geometry_and_nobody_named_is_in_it(cast: making.People, token: str) -> None:
    made = making.deployment_in(states.READY, cast)
    address = reverse("deployments:calendar_feed_file", kwargs={"token": token})
    text = Client().get(address).content.decode()
    corner = made.draft["place"]["zone"][0]
    for secret in (str(corner[0]), "GEO", "The square before", "Pat", "Gold", "Van 1", "Blue team"):
        assert secret not in text


@pytest.mark.parametrize("wrong", ["", "x", "A" * 43, "../x", "é"])
def test_without_the_right_secret_it_is_not_found(token: str, wrong: str) -> None:
    if wrong == "":
        assert Client().get("/deployments/calendar/feed/.ics").status_code == 404
    elif "/" not in wrong:
        assert status_of(wrong) == 404
    assert status_of(token[:-1]) == 404
    assert status_of(token.swapcase()) == 404


def test_the_hash_that_is_kept_opens_nothing(token: str) -> None:
    assert status_of(CalendarFeed.objects.get().token_sha256) == 404


def test_once_revoked_it_is_not_found(cast: making.People, token: str) -> None:
    assert status_of(token) == 200
    assert feeds.revoke(actor=making.actor(cast.auditor), now=making.NOW)
    assert status_of(token) == 404
    assert not feeds.revoke(actor=making.actor(cast.auditor), now=making.NOW)


def test_a_new_one_takes_the_place_of_the_old(cast: making.People, token: str) -> None:
    new = feeds.make(actor=making.actor(cast.auditor), now=making.NOW)
    assert (status_of(token), status_of(new)) == (404, 200)
    verbs = list(Entry.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs[-3:] == ["calendar_feed.made", "calendar_feed.revoked", "calendar_feed.made"]


def test_that_of_one_person_stays_when_another_revokes(cast: making.People, token: str) -> None:
    feeds.make(actor=making.actor(cast.legal), now=making.NOW)
    feeds.revoke(actor=making.actor(cast.legal), now=making.NOW)
    assert status_of(token) == 200


def test_that_of_an_account_not_in_use_is_not_found(cast: making.People, token: str) -> None:
    User.objects.filter(pk=cast.auditor.pk).update(is_active=False)
    assert status_of(token) == 404
    with pytest.raises(NotAllowed):
        feeds.make(actor=making.actor(cast.auditor), now=making.NOW)


def test_the_sequence_rises_with_each_change_of_state_or_time(
    cast: making.People, token: str
) -> None:
    planner = making.actor(cast.planner)
    made = making.draft(cast)
    told = [fetch(token)[0]]
    at = making.NOW + timedelta(hours=1)

    def after() -> None:
        told.append(fetch(token)[0])

    time = read_draft(made.draft).time
    assert time.ends_at
    made = drafts.save_task(
        deployment=made,
        task="time",
        data=time.model_copy(update={"ends_at": time.ends_at + timedelta(minutes=5)}),
        seen_revision=made.revision,
        actor=planner,
        now=at,
    )
    after()
    submitting.submit(deployment=made, seen_revision=made.revision, actor=planner, now=at)
    after()
    deciding.review(
        deployment=made,
        seen_digest=making.digest(made),
        supported=True,
        reason="Proportionate.",
        actor=making.actor(cast.legal),
        now=at,
    )
    after()
    drafts.reopen(deployment=made, reason="Later.", actor=planner, now=at)
    after()
    drafts.cancel(deployment=made, reason="Not needed.", actor=planner, now=at)
    after()
    sequence = [int(event["SEQUENCE"]) for event in told]
    assert sequence == sorted(set(sequence))
    assert len({str(event["UID"]) for event in told}) == 1
    assert [str(event["STATUS"]) for event in told] == ["TENTATIVE"] * 5 + ["CANCELLED"]
    again = fetch(token)[0]
    assert again.to_ical() == told[-1].to_ical()


def test_filters_of_the_address_narrow_it(token: str) -> None:
    one = making.deployment_in(states.AUTHORISED, title="One")
    two = making.deployment_in(states.CANCELLED, title="Two")
    assert len(fetch(token)) == 2
    (only,) = fetch(token, state="cancelled")
    assert two.reference in only["SUMMARY"]
    assert len(fetch(token, system=one.system_id, borough=one.borough_id, team=one.team_id)) == 2
    assert fetch(token, system=10**8) == []
    assert len(fetch(token, state="nonsense", borough="x' OR 1=1")) == 2


def test_what_lies_far_off_or_has_no_times_is_not_in_it(token: str) -> None:
    drafts.create(title="No times", actor=making.actor(making.people().planner), now=making.NOW)
    making.draft(start=making.START + timedelta(days=500))
    assert fetch(token) == []


def test_it_takes_the_same_queries_for_many(token: str, django_assert_num_queries) -> None:
    for number in range(5):
        making.draft(start=making.START + timedelta(days=number))
    with django_assert_num_queries(3):
        assert len(fetch(token)) == 5


def test_one_deployment_is_a_file_for_whoever_is_signed_in(cast: making.People) -> None:
    made = making.deployment_in(states.SUBMITTED, cast)
    client = Client()
    address = reverse("deployments:calendar_entry", args=[made.reference])
    assert client.get(address).status_code == 302
    client.force_login(cast.auditor)
    response = client.get(address)
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert event["STATUS"] == "TENTATIVE"
    assert response["Content-Disposition"] == f'attachment; filename="{made.reference}.ics"'
    bare = drafts.create(title="No times", actor=making.actor(cast.planner), now=making.NOW)
    for reference in (bare.reference, "LFR-2026-9999"):
        assert (
            client.get(reverse("deployments:calendar_entry", args=[reference])).status_code == 404
        )


def test_the_page_shows_the_address_once(cast: making.People) -> None:
    client = Client()
    client.force_login(cast.planner)
    page = reverse("deployments:calendar_feed")
    assert "You have no feed" in client.get(page).content.decode()
    made = client.post(f"{page}?state=cancelled&evil=1", {"act": "make"})
    assert made.status_code == 200
    assert "no-store" in made["Cache-Control"]
    address = made.context["address"]
    assert address.endswith(".ics?state=cancelled")
    assert Client().get(address).status_code == 200
    assert address not in client.get(page).content.decode()
    gone = client.post(page, {"act": "revoke"})
    assert gone.status_code == 302
    assert Client().get(address).status_code == 404
    assert Deployment.objects.count() == 0


def test_the_secret_is_in_no_log(token: str, caplog: pytest.LogCaptureFixture) -> None:
    feeds.revoke(actor=making.actor(making.people().auditor), now=making.NOW)
    assert status_of(token) == 404
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    assert record.getMessage() == "Not Found: /deployments/calendar/feed/….ics"
