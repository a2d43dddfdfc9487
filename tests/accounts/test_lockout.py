"""The lockout: what is counted, for whom, and what it gives away."""

import json
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.utils import timezone

from overt.accounts import lockout, roles, services
from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.accounts.permissions import NotAllowed
from overt.ledger.models import Entry
from tests.accounts.making import NOW, PASSWORD, account, app_of, code
from tests.accounts.signing_in import sign_in

LOGIN = "/accounts/login/"
SECOND = "/accounts/login/second/"
INSIDE = "/policy/"
LIMIT = settings.AXES_FAILURE_LIMIT
EVERYWHERE = settings.LOCKOUT_FAILURES_FROM_ANYWHERE

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return account("ann", roles.ANALYST)


def guess(client: Client, times: int, username: str = "ann", address: str = "192.0.2.1") -> int:
    """Wrong passwords; returns the status of the last answer."""
    for number in range(times):
        response = client.post(
            LOGIN, {"username": username, "password": f"guess {number}"}, REMOTE_ADDR=address
        )
    return response.status_code


def enter(client: Client, username: str = "ann", address: str = "192.0.2.1") -> int:
    form = {"username": username, "password": PASSWORD}
    return client.post(LOGIN, form, REMOTE_ADDR=address).status_code


def lockouts() -> int:
    return Entry.objects.filter(verb="account.locked_out").count()


@pytest.mark.both_databases
def test_the_last_guess_locks_and_the_right_password_no_longer_helps(
    ann: User, client: Client
) -> None:
    assert guess(client, LIMIT - 1) == 200
    assert guess(client, 1) == 429
    assert enter(client) == 429
    assert client.get(INSIDE).status_code == 302


def test_one_guess_fewer_locks_nobody(ann: User, client: Client) -> None:
    guess(client, LIMIT - 1)
    assert enter(client) == 302
    assert client.get(INSIDE).status_code == 200


def test_signing_in_forgets_the_guesses_before(ann: User, client: Client) -> None:
    guess(client, LIMIT - 1)
    enter(client)
    client.post("/accounts/logout/")
    guess(client, LIMIT - 1)
    assert enter(client) == 302


def test_guessing_from_one_address_keeps_no_other_out(ann: User, client: Client) -> None:
    guess(client, LIMIT)
    assert enter(Client(), address="192.0.2.2") == 302


def test_guessing_from_many_addresses_locks_everywhere(ann: User, client: Client) -> None:
    for number in range(EVERYWHERE):
        guess(client, 1, address=f"192.0.2.{number + 10}")
    assert enter(Client(), address="198.51.100.1") == 429


def test_guessing_at_one_account_locks_no_other(ann: User, client: Client) -> None:
    account("bob")
    guess(client, LIMIT)
    assert enter(client, "bob") == 302


def test_a_name_without_an_account_is_locked_just_the_same(ann: User) -> None:
    pages = []
    for username in ("ann", "nobody"):
        client = Client()
        guess(client, LIMIT, username)
        form = {"username": username, "password": PASSWORD}
        response = client.post(LOGIN, form, REMOTE_ADDR="192.0.2.1")
        assert response.status_code == 429
        page = BeautifulSoup(response.content, "html.parser")
        for varying in page.select("script"):
            varying.decompose()
        pages.append(str(page))
    assert pages[0] == pages[1]
    assert "Too many wrong attempts" in pages[0]
    assert ">ann<" not in pages[0]


def test_the_lock_opens_by_itself_and_trying_on_does_not_put_it_off(
    ann: User, client: Client
) -> None:
    guess(client, LIMIT)
    AccessAttempt.objects.update(
        attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME + timedelta(seconds=5)
    )
    assert guess(client, 3) == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME)
    assert enter(client) == 302


def test_the_ledger_keeps_one_lockout_without_an_address_and_none_of_what_was_typed(
    ann: User, client: Client
) -> None:
    guess(client, LIMIT + 4)
    guess(client, LIMIT, "my password, typed in the wrong field")
    entry = Entry.objects.get(verb="account.locked_out")
    assert (entry.actor, entry.subject) == ("anonymous", "account:ann")
    assert json.loads(entry.payload) == {"username": "ann"}


def test_what_was_typed_is_kept_nowhere(ann: User, client: Client) -> None:
    guess(client, 2)
    kept = AccessAttempt.objects.get()
    assert "guess" not in kept.post_data + kept.get_data
    assert "csrf" not in kept.post_data or "*" in kept.post_data


class TestCodes:
    @pytest.fixture
    def secret(self, ann: User) -> str:
        return app_of(ann)

    def test_wrong_codes_lock_and_the_right_one_no_longer_helps(
        self, secret: str, client: Client
    ) -> None:
        client.post(LOGIN, {"username": "ann", "password": PASSWORD})
        statuses = [
            client.post(SECOND, {"code": f"00000{number}"}).status_code for number in range(LIMIT)
        ]
        assert statuses == [200] * (LIMIT - 1) + [429]
        assert client.post(SECOND, {"code": code(secret)}).status_code == 429
        assert enter(Client(), address="127.0.0.1") == 429
        assert client.get(INSIDE).status_code == 302
        assert lockouts() == 1

    def test_a_code_that_comes_too_late_is_not_used_up(self, secret: str, client: Client) -> None:
        client.post(LOGIN, {"username": "ann", "password": PASSWORD})
        for _ in range(LIMIT):
            client.post(SECOND, {"code": "000000"})
        unused = code(secret)
        client.post(SECOND, {"code": unused})
        call_command("unlock_account", "ann", quiet=True)
        client.post(SECOND, {"code": unused})
        assert client.get(INSIDE).status_code == 200

    def test_giving_the_password_again_forgets_no_wrong_code(
        self, secret: str, client: Client
    ) -> None:
        for number in range(LIMIT - 1):
            client.post(LOGIN, {"username": "ann", "password": PASSWORD})
            client.post(SECOND, {"code": f"00000{number}"})
        client.post(LOGIN, {"username": "ann", "password": PASSWORD})
        assert client.post(SECOND, {"code": "000009"}).status_code == 429

    def test_passwords_and_codes_are_counted_together(self, secret: str, client: Client) -> None:
        guess(client, LIMIT - 1, address="127.0.0.1")
        client.post(LOGIN, {"username": "ann", "password": PASSWORD})
        assert client.post(SECOND, {"code": "000000"}).status_code == 429

    def test_codes_and_passwords_that_are_asked_again_count_too(
        self, secret: str, ann: User, client: Client
    ) -> None:
        sign_in(client, ann)
        for _ in range(LIMIT - 1):
            assert client.post("/accounts/confirm/code/", {"code": "000000"}).status_code == 200
        assert client.post("/accounts/confirm/code/", {"code": "000000"}).status_code == 429
        assert client.post("/accounts/confirm/code/", {"code": code(secret)}).status_code == 429

    def test_guessing_the_old_password_in_a_session_counts_too(
        self, ann: User, client: Client
    ) -> None:
        client.force_login(ann)
        form = {"old_password": "wrong", "new_password1": "x", "new_password2": "x"}
        statuses = [client.post("/accounts/password/", form).status_code for _ in range(LIMIT)]
        assert statuses == [200] * (LIMIT - 1) + [429]


class TestUnlocking:
    def test_the_command_lets_an_account_in_again_with_an_entry(
        self, ann: User, client: Client, capsys: pytest.CaptureFixture[str]
    ) -> None:
        guess(client, LIMIT)
        call_command("unlock_account", "ann")
        assert capsys.readouterr().out == "Unlocked ann\n"
        entry = Entry.objects.get(verb="account.unlocked")
        assert entry.actor.startswith("command:unlock_account:")
        assert enter(client) == 302

    @pytest.mark.parametrize(
        ("username", "message"),
        [("nobody", "there is no account nobody"), ("ann", "nothing wrong was tried with ann")],
    )
    def test_where_there_is_nothing_to_unlock_it_says_so(
        self, ann: User, username: str, message: str
    ) -> None:
        with pytest.raises(CommandError, match=message):
            call_command("unlock_account", username)
        assert not Entry.objects.exists()

    @pytest.mark.parametrize("role", roles.ALL)
    def test_no_role_unlocks(self, role: str) -> None:
        user = account("boss", role)
        with pytest.raises(NotAllowed):
            services.unlock_account(username="boss", actor=Actor.of_user(user), now=NOW)


class TestAddress:
    @pytest.mark.parametrize(
        ("proxies", "forwarded", "address"),
        [
            (0, "203.0.113.9", "192.0.2.1"),
            (1, "203.0.113.9", "203.0.113.9"),
            (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
            (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
            (2, "203.0.113.9", "192.0.2.1"),
            (1, "", "192.0.2.1"),
            (1, "made up", "192.0.2.1"),
            (1, "2001:db8::1", "2001:db8::1"),
        ],
    )
    def test_what_the_client_writes_itself_is_not_believed(
        self, settings, proxies: int, forwarded: str, address: str
    ) -> None:
        settings.TRUSTED_PROXIES = proxies
        request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
        assert lockout.client_address(request) == address

    def test_a_forged_address_does_not_get_round_the_lockout(
        self, ann: User, client: Client
    ) -> None:
        for number in range(LIMIT):
            response = client.post(
                LOGIN,
                {"username": "ann", "password": "wrong"},
                HTTP_X_FORWARDED_FOR=f"203.0.113.{number}",
            )
        assert response.status_code == 429
