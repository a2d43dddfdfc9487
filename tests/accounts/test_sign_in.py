"""Signing in and out: what the page says, what it gives away, how long a session lasts."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from overt.accounts.models import User

PASSWORD = "a long and quiet river"
LOGIN = "/accounts/login/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann", password=PASSWORD, first_name="Ann Example")


def sign_in(client: Client, password: str = PASSWORD, **more: str) -> BeautifulSoup:
    response = client.post(LOGIN, {"username": "ann", "password": password, **more})
    return BeautifulSoup(response.content, "html.parser")


def test_the_right_password_leads_to_the_page_that_was_asked_for(ann: User, client: Client) -> None:
    asked = reverse("policy:profiles")
    response = client.get(asked)
    assert response.headers["Location"] == f"{LOGIN}?next={asked}"
    page = BeautifulSoup(client.get(response.headers["Location"]).content, "html.parser")
    hidden = page.select_one("input[name=next]")
    assert hidden is not None
    response = client.post(
        LOGIN, {"username": "ann", "password": PASSWORD, "next": str(hidden["value"])}
    )
    assert response.headers["Location"] == asked
    assert client.get(asked).status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(ann: User, client: Client, elsewhere: str) -> None:
    response = client.post(LOGIN, {"username": "ann", "password": PASSWORD, "next": elsewhere})
    assert response.headers["Location"] == reverse("home")


def test_a_failure_says_the_same_whatever_was_wrong(ann: User, client: Client) -> None:
    User.objects.create_user("closed", password=PASSWORD, is_active=False)
    pages = []
    for username, password in [
        ("ann", "wrong"),
        ("nobody", PASSWORD),
        ("closed", PASSWORD),
        ("closed", "wrong"),
    ]:
        response = client.post(LOGIN, {"username": username, "password": password})
        page = BeautifulSoup(response.content, "html.parser")
        for field in page.select("input"):
            del field["value"]
        for varying in page.select("script, meta"):
            varying.decompose()
        pages.append((response.status_code, str(page)))
    assert len(set(pages)) == 1
    assert "Enter the right username and password" in pages[0][1]


def test_an_error_is_in_the_title_in_a_summary_that_leads_to_the_field_and_at_the_field(
    ann: User, client: Client
) -> None:
    page = sign_in(client, "wrong")
    assert page.title is not None
    assert page.title.text.startswith("Error: Sign in")
    link = page.select_one(".govuk-error-summary__list a")
    assert link is not None
    field = page.select_one(str(link["href"]))
    assert field is not None
    assert field["name"] == "username"
    assert page.select_one(f"#{field['aria-describedby']}") is not None


def test_empty_fields_are_asked_for_one_by_one(client: Client) -> None:
    page = BeautifulSoup(client.post(LOGIN, {}).content, "html.parser")
    links = page.select(".govuk-error-summary__list a")
    assert [(link["href"], link.text) for link in links] == [
        ("#id_username", "Enter your username"),
        ("#id_password", "Enter your password"),
    ]
    assert all(page.select_one(str(link["href"])) for link in links)


def test_fields_can_be_filled_by_a_password_manager_and_pasted_into(client: Client) -> None:
    page = BeautifulSoup(client.get(LOGIN).content, "html.parser")
    attributes = {
        field["name"]: (field.get("autocomplete"), field.get("onpaste"))
        for field in page.select("main input:not([type=hidden])")
    }
    assert attributes == {"username": ("username", None), "password": ("current-password", None)}


def test_a_password_is_never_sent_back(ann: User, client: Client) -> None:
    assert "wrong but secret" not in str(sign_in(client, "wrong but secret"))


def test_a_session_ends_at_a_fixed_time_however_much_it_is_used(ann: User, client: Client) -> None:
    sign_in(client)
    end = Session.objects.get().expire_date
    length = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    assert length - timedelta(minutes=5) < end - timezone.now() <= length
    session = client.session
    session["used"] = True
    session.save()
    assert Session.objects.get().expire_date == end


def test_a_session_that_has_ended_is_worth_nothing(ann: User, client: Client) -> None:
    sign_in(client)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get(reverse("policy:profiles")).status_code == 302


def test_signing_in_changes_the_session_key(ann: User, client: Client) -> None:
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    sign_in(client)
    assert client.session.session_key != before


def test_signing_out_ends_the_session(ann: User, client: Client) -> None:
    sign_in(client)
    assert client.post("/accounts/logout/").headers["Location"] == reverse("home")
    assert not Session.objects.filter(session_data__contains="auth").exists()
    assert client.get(reverse("policy:profiles")).status_code == 302


def test_another_site_cannot_sign_anyone_in_or_out(ann: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ann)
    assert client.post("/accounts/logout/").status_code == 403
    assert client.post(LOGIN, {"username": "ann", "password": PASSWORD}).status_code == 403


def test_who_is_signed_in_already_is_not_asked_again(ann: User, client: Client) -> None:
    sign_in(client)
    assert client.get(LOGIN).headers["Location"] == reverse("home")
