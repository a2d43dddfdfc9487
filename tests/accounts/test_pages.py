"""One's own account, a new password, and the list of accounts."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.test import Client

from overt.accounts import roles
from overt.accounts.models import User
from overt.ledger.models import Entry
from tests.accounts.making import PASSWORD, account, app_of
from tests.accounts.signing_in import sign_in

NEW = "seven herons over the weir"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return account("ann", roles.ANALYST, roles.AUDITOR)


def text(client: Client, path: str) -> str:
    page = BeautifulSoup(client.get(path).content, "html.parser")
    main = page.select_one("main")
    assert main is not None
    return " ".join(main.text.split())


def test_one_s_own_account_says_rank_roles_factors_and_sign_ins(ann: User, client: Client) -> None:
    client.post("/accounts/login/", {"username": "ann", "password": PASSWORD})
    shown = text(client, "/accounts/me/")
    for part in ("Inspector", "Analyst, auditor", "Second factors None", "Password Entry 1"):
        assert part in shown, part


def test_one_s_own_account_shows_nothing_of_others(ann: User, client: Client) -> None:
    Client().post("/accounts/login/", {"username": "ann", "password": PASSWORD})
    client.force_login(account("an", roles.ANALYST))
    shown = text(client, "/accounts/me/")
    assert "Entry 1" not in shown
    assert "/accounts/people/" not in client.get("/accounts/me/").content.decode()


def test_a_second_factor_is_named(ann: User, client: Client) -> None:
    app_of(ann)
    sign_in(client, ann)
    assert "Second factors Authenticator app" in text(client, "/accounts/me/")


class TestPassword:
    def change(self, client: Client, old: str = PASSWORD, new: str = NEW, again: str = NEW) -> int:
        form = {"old_password": old, "new_password1": new, "new_password2": again}
        return client.post("/accounts/password/", form).status_code

    def test_a_new_password_ends_every_other_session_and_is_an_entry(
        self, ann: User, client: Client
    ) -> None:
        other = Client()
        for session in (client, other):
            session.force_login(ann)
        assert self.change(client) == 302
        assert client.get("/accounts/me/").status_code == 200
        assert other.get("/accounts/me/").status_code == 302
        assert authenticate(HttpRequest(), username="ann", password=NEW) == ann
        entry = Entry.objects.get()
        assert (entry.verb, entry.actor) == ("account.password_changed", "user:ann")
        assert NEW not in entry.payload

    def test_a_session_with_its_second_factor_keeps_it(self, ann: User, client: Client) -> None:
        app_of(ann)
        sign_in(client, ann)
        self.change(client)
        assert client.get("/accounts/me/").status_code == 200

    @pytest.mark.parametrize(
        ("form", "message"),
        [
            ({"old": "wrong"}, "Enter the password that you have now"),
            ({"new": "short", "again": "short"}, "too short"),
            ({"again": "different"}, "Enter the same new password twice"),
            ({"old": ""}, "Enter the password that you have now"),
        ],
    )
    def test_a_wrong_form_changes_nothing_and_says_why(
        self, ann: User, client: Client, form: dict[str, str], message: str
    ) -> None:
        client.force_login(ann)
        fields = {"old": PASSWORD, "new": NEW, "again": NEW} | form
        page = BeautifulSoup(
            client.post(
                "/accounts/password/",
                {
                    "old_password": fields["old"],
                    "new_password1": fields["new"],
                    "new_password2": fields["again"],
                },
            ).content,
            "html.parser",
        )
        summary = page.select_one(".govuk-error-summary")
        assert summary is not None
        assert message in summary.text
        assert PASSWORD not in str(page)
        ann.refresh_from_db()
        assert ann.check_password(PASSWORD)

    def test_managers_of_passwords_know_which_is_which(self, ann: User, client: Client) -> None:
        client.force_login(ann)
        page = BeautifulSoup(client.get("/accounts/password/").content, "html.parser")
        assert [field["autocomplete"] for field in page.select("main input[type=password]")] == [
            "current-password",
            "new-password",
            "new-password",
        ]


class TestPeople:
    @pytest.mark.parametrize("role", [roles.AUDITOR, roles.AUTHORISING_OFFICER])
    def test_overseers_see_everyone_with_what_they_may_do(self, role: str, client: Client) -> None:
        app_of(account("cyd", roles.LEGAL))
        gone = account("dee", roles.PLANNER)
        gone.is_active = False
        gone.save()
        sign_in(client, account("boss", role))
        page = BeautifulSoup(client.get("/accounts/people/").content, "html.parser")
        rows = {
            row.select("td")[0].text: " ".join(row.text.split()) for row in page.select("tbody tr")
        }
        assert set(rows) == {"boss", "cyd", "dee"}
        assert "legal adviser Yes Never In use" in rows["cyd"]
        assert "planner No Never Disabled" in rows["dee"]
        assert not page.select("main form, main button, main input")

    @pytest.mark.both_databases
    def test_the_list_comes_in_pages(self, client: Client) -> None:
        User.objects.bulk_create(
            User(username=f"user{number:03}", first_name=f"User {number:03}")
            for number in range(60)
        )
        sign_in(client, account("boss", roles.AUDITOR))
        second = text(client, "/accounts/people/?page=2")
        assert "user055" in second
        assert "user001" not in second

    def test_the_list_takes_as_many_queries_for_fifty_as_for_five(
        self, client: Client, django_assert_max_num_queries
    ) -> None:
        for number in range(40):
            account(f"user{number}", roles.PLANNER)
        sign_in(client, account("boss", roles.AUDITOR))
        client.get("/accounts/people/")
        with django_assert_max_num_queries(10):
            client.get("/accounts/people/")
