"""A session that lies idle ends, and says so; one that is used goes on."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from overt.accounts import roles
from overt.accounts.models import User
from tests.accounts.making import PASSWORD, account
from tests.accounts.signing_in import sign_in

INSIDE = "/ledger/?verb=account.created"
IDLE = settings.SESSION_IDLE_MINUTES

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client) -> User:
    user = account("officer", roles.AUTHORISING_OFFICER)
    sign_in(client, user)
    client.get(INSIDE)
    return user


def pass_minutes(client: Client, minutes: float) -> None:
    session = client.session
    session["last_seen"] -= int(minutes * 60)
    session.save()


def test_by_default_half_an_hour(officer: User) -> None:
    assert IDLE == 30


def test_a_session_that_was_used_lately_goes_on(officer: User, client: Client) -> None:
    for _ in range(4):
        pass_minutes(client, IDLE - 1)
        assert client.get(INSIDE).status_code == 200


def test_an_idle_session_ends_and_leads_back_to_where_it_was(officer: User, client: Client) -> None:
    pass_minutes(client, IDLE)
    response = client.get(INSIDE)
    sent_to = urlsplit(response.headers["Location"])
    assert sent_to.path == "/accounts/login/"
    assert parse_qs(sent_to.query) == {"next": [INSIDE], "ended": ["idle"]}
    assert "_auth_user_id" not in client.session
    page = client.get(response.headers["Location"]).content.decode()
    assert f"nothing was done for {IDLE} minutes" in page
    account("ann", roles.ANALYST)
    form = {"username": "ann", "password": PASSWORD, "next": INSIDE}
    assert client.post("/accounts/login/", form).headers["Location"] == INSIDE


def test_an_idle_session_ends_on_pages_for_everyone_too(officer: User, client: Client) -> None:
    pass_minutes(client, IDLE)
    assert client.get("/").headers["Location"].startswith("/accounts/login/?next=/&")


@pytest.mark.parametrize(
    ("sent_from", "back"),
    [
        ("http://testserver/accounts/me/", "/accounts/me/"),
        ("https://example.org/accounts/me/", "/"),
        ("", "/"),
    ],
)
def test_what_was_sent_from_an_idle_page_is_not_done_and_leads_back_to_the_page(
    officer: User, client: Client, sent_from: str, back: str
) -> None:
    pass_minutes(client, IDLE)
    response = client.post(
        "/accounts/password/", {"old_password": PASSWORD}, headers={"Referer": sent_from}
    )
    assert parse_qs(urlsplit(response.headers["Location"]).query)["next"] == [back]


def test_a_page_that_asks_by_itself_keeps_no_session_open(officer: User, client: Client) -> None:
    polling = {"HX-Request": "true", "Referer": "http://testserver/accounts/me/"}
    pass_minutes(client, IDLE - 1)
    assert client.get(INSIDE, headers=polling).status_code == 200
    pass_minutes(client, 1)
    response = client.get(INSIDE, headers=polling)
    assert response.status_code == 200
    assert response.headers["HX-Redirect"] == "/accounts/login/?next=/accounts/me/&ended=idle"
    assert response.content == b""


def test_a_cookie_of_an_ended_session_is_worth_nothing(officer: User, client: Client) -> None:
    kept = client.cookies["sessionid"].value
    pass_minutes(client, IDLE)
    client.get(INSIDE)
    stranger = Client()
    stranger.cookies["sessionid"] = kept
    assert stranger.get(INSIDE).status_code == 302


def test_use_is_noted_once_a_minute_and_not_with_every_page(officer: User, client: Client) -> None:
    noted = client.session["last_seen"]
    client.get(INSIDE)
    assert client.session["last_seen"] == noted
    pass_minutes(client, 2)
    client.get(INSIDE)
    assert client.session["last_seen"] >= noted


def test_the_fixed_end_stays_however_much_a_session_is_used(client: Client) -> None:
    account("ann", roles.ANALYST)
    client.post("/accounts/login/", {"username": "ann", "password": PASSWORD})
    end = client.session.get_expiry_date()
    client.get(INSIDE)
    pass_minutes(client, 5)
    client.get(INSIDE)
    assert client.session.get_expiry_date() == end
    assert end <= timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
