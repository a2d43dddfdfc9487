"""Making an account: what it holds, what the ledger keeps, what is refused."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.http import HttpRequest

from overt.accounts import roles, services
from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.accounts.permissions import NotAllowed
from overt.ledger.models import Entry

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PASSWORD = "a long and quiet river"
COMMAND = Actor.of_command("create_account")

pytestmark = pytest.mark.django_db


def create(**changes: Any) -> User:
    wanted: dict[str, Any] = {
        "username": "ann",
        "password": PASSWORD,
        "full_name": "Ann Example",
        "rank": "inspector",
        "unit": "South",
        "roles": [roles.PLANNER, roles.ANALYST],
        "actor": COMMAND,
        "now": NOW,
    }
    return services.create_account(**(wanted | changes))


@pytest.mark.both_databases
def test_an_account_has_its_rank_unit_and_roles_and_can_sign_in() -> None:
    create()
    user = authenticate(HttpRequest(), username="ann", password=PASSWORD)
    assert isinstance(user, User)
    assert (user.shown_name, user.rank, user.unit) == ("Ann Example", "inspector", "South")
    assert Actor.of_user(user).roles == {roles.PLANNER, roles.ANALYST}
    assert not user.is_superuser
    assert not user.is_staff


def test_the_ledger_keeps_who_was_given_which_roles_and_no_secret() -> None:
    create()
    entry = Entry.objects.get()
    assert (entry.actor, entry.verb, entry.subject, entry.at) == (
        COMMAND.label,
        "account.created",
        "account:ann",
        NOW,
    )
    assert json.loads(entry.payload) == {
        "username": "ann",
        "rank": "inspector",
        "unit": "South",
        "roles": ["analyst", "planner"],
    }
    assert PASSWORD not in entry.payload
    assert User.objects.get().password not in entry.payload


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"username": "ann smith"}, "username: Enter a valid username"),
        ({"username": "ann\nsmith"}, "username: Enter a valid username"),
        ({"username": ""}, "username: This field cannot be blank"),
        ({"username": "a" * 151}, "username: Ensure this value has at most 150 characters"),
        ({"full_name": "  "}, "full name: is empty; give the person's name"),
        ({"full_name": "x" * 151}, "full name: Ensure this value has at most 150 characters"),
        ({"full_name": "Ann\x00"}, "full name: holds characters that cannot be shown"),
        ({"unit": "So\nuth"}, "unit: holds characters that cannot be shown"),
        ({"unit": "x" * 81}, "unit: Ensure this value has at most 80 characters"),
        ({"rank": "sheriff"}, "rank: Value 'sheriff' is not a valid choice"),
        ({"roles": []}, "role: none is given; choose from: analyst, planner"),
        ({"roles": ["wizard"]}, "role: 'wizard' is not known; choose from: analyst, planner"),
        ({"password": "short"}, "password: This password is too short"),
        ({"password": "1q2w3e4r5t6y7u8i9o0p"}, "password: This password is too common"),
        ({"username": "ann.example.met"} | {"password": "ann.example.met"}, "too similar"),
    ],
)
def test_wrong_input_is_refused_with_one_line_and_no_effect(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(services.AccountRefused) as refusal:
        create(**changes)
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert not User.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("again", ["ann", "ANN", "Ann"])
def test_a_username_is_used_once_whatever_its_case(again: str) -> None:
    create()
    with pytest.raises(services.AccountRefused, match="is taken; choose another"):
        create(username=again)
    assert User.objects.count() == Entry.objects.count() == 1


@pytest.mark.both_databases
def test_a_username_taken_since_it_was_looked_up_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    create()
    monkeypatch.setattr(services.people, "_refuse_wrong_fields", lambda user: None)
    with pytest.raises(services.AccountRefused, match="username: ann is taken"):
        create()
    assert User.objects.count() == Entry.objects.count() == 1


@pytest.mark.parametrize("role", roles.ALL)
def test_no_role_and_no_superuser_makes_accounts(role: str) -> None:
    user = create(roles=[role])
    user.is_superuser = True
    user.save()
    with pytest.raises(NotAllowed, match="created on the server"):
        create(username="bob", actor=Actor.of_user(user))
    assert User.objects.count() == 1


ARGUMENTS = ["ann", "--full-name", "Ann Example", "--role", "analyst", "--role", "auditor"]


class TestCommand:
    @pytest.mark.django_db(transaction=True)
    def test_the_password_is_read_from_standard_input(
        self, other_process_env: dict[str, str]
    ) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", "create_account", *ARGUMENTS, "--password-stdin"],
            input=f"{PASSWORD}\n",
            env=other_process_env,
            cwd=other_process_env["PYTHONPATH"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.stdout, done.stderr) == ("Created ann (Police staff): analyst, auditor\n", "")
        assert authenticate(HttpRequest(), username="ann", password=PASSWORD) is not None

    @pytest.mark.django_db(transaction=True)
    def test_a_refusal_is_one_line_and_exit_code_one(
        self, other_process_env: dict[str, str]
    ) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", "create_account", *ARGUMENTS, "--password-stdin"],
            input="short\n",
            env=other_process_env,
            cwd=other_process_env["PYTHONPATH"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr.startswith("CommandError: password: This password is too short.")
        assert done.stderr.count("\n") == 1
        assert not User.objects.exists()

    def test_without_a_terminal_it_says_where_to_give_the_password(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with open(os.devnull) as nothing:  # noqa: PTH123
            monkeypatch.setattr(sys, "stdin", nothing)
            with pytest.raises(CommandError, match="use --password-stdin"):
                call_command("create_account", *ARGUMENTS)

    def test_there_is_no_argument_for_the_password(self) -> None:
        with pytest.raises(CommandError, match="unrecognized arguments"):
            call_command("create_account", *ARGUMENTS, "--password", "x")

    @pytest.mark.parametrize(
        ("typed", "made"), [([PASSWORD, PASSWORD], True), ([PASSWORD, PASSWORD + "s"], False)]
    )
    def test_on_a_terminal_it_is_asked_for_twice(
        self, monkeypatch: pytest.MonkeyPatch, typed: list[str], made: bool
    ) -> None:
        module = "overt.accounts.management.commands.create_account"
        monkeypatch.setattr(f"{module}.sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr(f"{module}.getpass", lambda prompt: typed.pop(0))
        if made:
            call_command("create_account", *ARGUMENTS, "--quiet")
        else:
            with pytest.raises(CommandError, match="the two are not the same"):
                call_command("create_account", *ARGUMENTS)
        assert User.objects.exists() is made
