"""Changing, disabling and enabling accounts: by commands, each an entry."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from overt.accounts import roles, services
from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.accounts.permissions import NotAllowed
from overt.ledger.models import Entry
from tests.accounts.making import COMMAND, NOW, PASSWORD, account, app_of, code
from tests.accounts.signing_in import sign_in

INSIDE = "/policy/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return account("ann", roles.ANALYST, roles.PLANNER)


def change(**changes: Any) -> User:
    return services.change_account(**({"username": "ann", "actor": COMMAND, "now": NOW} | changes))


@pytest.mark.both_databases
def test_roles_rank_and_unit_change_in_one_entry(ann: User) -> None:
    change(
        add_roles=[roles.AUDITOR], remove_roles=[roles.PLANNER], rank="superintendent", unit="HQ"
    )
    ann.refresh_from_db()
    actor = Actor.of_user(ann)
    assert (actor.roles, actor.rank, ann.unit) == (
        {roles.ANALYST, roles.AUDITOR},
        "superintendent",
        "HQ",
    )
    entry = Entry.objects.get()
    assert (entry.verb, entry.subject, entry.actor) == (
        "account.changed",
        "account:ann",
        COMMAND.label,
    )
    assert json.loads(entry.payload) == {
        "username": "ann",
        "rank": "superintendent",
        "unit": "HQ",
        "roles": ["analyst", "auditor"],
        "roles_added": ["auditor"],
        "roles_removed": ["planner"],
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "change: ann has all of that already"),
        ({"rank": "inspector", "add_roles": [roles.ANALYST]}, "change: ann has all of that"),
        ({"username": "nobody", "unit": "HQ"}, "username: there is no account nobody"),
        ({"rank": "sheriff"}, "rank: Value 'sheriff' is not a valid choice"),
        ({"unit": "H\nQ"}, "unit: holds characters that cannot be shown"),
        ({"add_roles": ["wizard"]}, "role: 'wizard' is not known"),
        ({"remove_roles": ["wizard"]}, "role: 'wizard' is not known"),
        ({"remove_roles": [roles.ANALYST, roles.PLANNER]}, "role: none would be left"),
    ],
)
def test_wrong_changes_are_refused_without_effect(
    ann: User, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(services.AccountRefused) as refusal:
        change(**changes)
    assert message in str(refusal.value)
    ann.refresh_from_db()
    assert Actor.of_user(ann).roles == {roles.ANALYST, roles.PLANNER}
    assert (ann.rank, ann.unit) == ("inspector", "")
    assert not Entry.objects.exists()


def test_a_role_that_is_taken_away_is_gone_from_the_next_page_on(ann: User, client: Client) -> None:
    client.force_login(ann)
    assert client.get("/hotspots/analyses/new/").status_code == 200
    change(remove_roles=[roles.ANALYST])
    assert client.get("/hotspots/analyses/new/").status_code == 403


@pytest.mark.both_databases
def test_disabling_ends_sessions_and_enabling_brings_none_back(ann: User) -> None:
    first, second = Client(), Client()
    for client in (first, second):
        client.force_login(ann)
        assert client.get(INSIDE).status_code == 200
    services.disable_account(username="ann", actor=COMMAND, now=NOW)
    assert [client.get(INSIDE).status_code for client in (first, second)] == [302, 302]
    services.enable_account(username="ann", actor=COMMAND, now=NOW)
    for client in (first, second):
        assert client.get(INSIDE).status_code == 302
    first.post("/accounts/login/", {"username": "ann", "password": PASSWORD})
    assert first.get(INSIDE).status_code == 200
    verbs = list(Entry.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs == ["account.disabled", "account.enabled", "account.signed_in"]


def test_sessions_that_slept_through_it_do_not_come_back(ann: User, client: Client) -> None:
    client.force_login(ann)
    services.disable_account(username="ann", actor=COMMAND, now=NOW)
    services.enable_account(username="ann", actor=COMMAND, now=NOW)
    assert client.get(INSIDE).status_code == 302


def test_disabling_twice_and_enabling_what_is_in_use_are_refused(ann: User) -> None:
    with pytest.raises(services.AccountRefused, match="ann is not disabled"):
        services.enable_account(username="ann", actor=COMMAND, now=NOW)
    services.disable_account(username="ann", actor=COMMAND, now=NOW)
    with pytest.raises(services.AccountRefused, match="ann is disabled already"):
        services.disable_account(username="ann", actor=COMMAND, now=NOW)


def test_taking_the_second_factors_away_ends_sessions_and_says_which(
    ann: User, client: Client
) -> None:
    app_of(ann)
    sign_in(client, ann)
    services.reset_factors(username="ann", actor=COMMAND, now=NOW)
    assert not Authenticator.objects.exists()
    assert client.get(INSIDE).status_code == 302
    entry = Entry.objects.get(verb="account.factors_reset")
    assert json.loads(entry.payload) == {"username": "ann", "factors": ["totp"]}
    with pytest.raises(services.FactorRefused, match="no account ann with a second factor"):
        services.reset_factors(username="ann", actor=COMMAND, now=NOW)


@pytest.mark.parametrize("role", roles.ALL)
def test_no_role_and_no_superuser_does_any_of_it(ann: User, role: str) -> None:
    boss = account("boss", role)
    boss.is_superuser = boss.is_staff = True
    boss.save()
    actor = Actor.of_user(boss)
    for service in (
        services.change_account,
        services.disable_account,
        services.enable_account,
        services.reset_factors,
        services.unlock_account,
    ):
        with pytest.raises(NotAllowed):
            service(username="ann", actor=actor, now=NOW)
    assert not Entry.objects.exists()


class TestCommands:
    def test_a_change_says_what_the_account_now_is(
        self, ann: User, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("change_account", "ann", "--add-role", "auditor", "--rank", "chief_officer")
        assert capsys.readouterr().out == (
            "Changed ann (Chief Officer, in use): analyst, planner, auditor\n"
        )

    @pytest.mark.parametrize("state", ["--disable", "--enable", "--reset-second-factor"])
    def test_a_state_is_changed_by_itself(self, ann: User, state: str) -> None:
        with pytest.raises(CommandError, match="by itself"):
            call_command("change_account", "ann", state, "--unit", "HQ")
        assert not Entry.objects.exists()

    def test_nothing_to_change_is_a_refusal(self, ann: User) -> None:
        with pytest.raises(CommandError, match="Say what to change"):
            call_command("change_account", "ann")

    def test_disabling_and_enabling(self, ann: User, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("change_account", "ann", "--disable")
        call_command("change_account", "ann", "--enable", "--quiet")
        assert capsys.readouterr().out == "Changed ann (Inspector, disabled): analyst, planner\n"

    def test_a_refusal_is_one_line(self, ann: User) -> None:
        for arguments in (["--enable"], ["--reset-second-factor"]):
            with pytest.raises(CommandError) as refusal:
                call_command("change_account", "ann", *arguments)
            assert "\n" not in str(refusal.value)

    def test_a_new_account_is_given_a_key_that_is_printed_once(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(
            "overt.accounts.management.commands.create_account._from_stdin", lambda: PASSWORD
        )
        call_command(
            *("create_account", "bob", "--full-name", "Bob", "--role", roles.OPERATOR),
            *("--password-stdin", "--totp"),
        )
        created, key, address = capsys.readouterr().out.splitlines()
        secret = key.rpartition(" ")[2]
        assert created == "Created bob (Police staff): operator"
        assert address == f"otpauth://totp/Overt%3Abob?secret={secret}&issuer=Overt"
        assert not [entry for entry in Entry.objects.all() if secret in entry.payload]
        client = Client()
        client.post("/accounts/login/", {"username": "bob", "password": PASSWORD})
        client.post("/accounts/login/second/", {"code": code(secret)})
        assert client.get(INSIDE).status_code == 200

    def test_the_code_of_a_phone_is_told_in_embedded_mode_alone(
        self, ann: User, capsys: pytest.CaptureFixture[str]
    ) -> None:
        secret = app_of(ann)
        with pytest.raises(CommandError, match="Only with OVERT_MODE=embedded"):
            call_command("totp_code", "ann")
        with override_settings(TOTP_CODES_ON_REQUEST=True):
            before = code(secret)
            call_command("totp_code", "ann")
            assert capsys.readouterr().out.strip() in {before, code(secret)}
            account("bob")
            with pytest.raises(CommandError, match="no account bob with such an app"):
                call_command("totp_code", "bob")
