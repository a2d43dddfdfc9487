"""The demo's accounts, and the file that keeps their passwords."""

import stat
from datetime import UTC, datetime

import pytest
from django.contrib.auth import authenticate
from django.http import HttpRequest

from overt.accounts import roles
from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.accounts.services import create_account
from overt.config.demo import logins
from overt.ledger.models import Entry

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACTOR = Actor.of_command("demo")

pytestmark = pytest.mark.django_db


def test_every_role_has_one_account_that_can_sign_in(tmp_path):
    made = logins.ensure(tmp_path, actor=ACTOR, now=NOW)

    assert {login.role for login in made} == set(roles.ALL)
    assert len({login.password for login in made}) == len(made)
    for login in made:
        user = authenticate(HttpRequest(), username=login.username, password=login.password)
        assert isinstance(user, User)
        assert Actor.of_user(user).roles == {login.role}


def test_the_file_is_readable_by_its_owner_alone(tmp_path):
    logins.ensure(tmp_path, actor=ACTOR, now=NOW)

    assert stat.S_IMODE((tmp_path / "demo-logins.txt").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["demo-logins.txt"]


def test_the_second_time_nothing_changes(tmp_path):
    first = logins.ensure(tmp_path, actor=ACTOR, now=NOW)
    entries = Entry.objects.count()
    written = (tmp_path / "demo-logins.txt").stat().st_mtime_ns

    assert logins.ensure(tmp_path, actor=ACTOR, now=NOW) == first
    assert Entry.objects.count() == entries
    assert (tmp_path / "demo-logins.txt").stat().st_mtime_ns == written


def test_a_fresh_database_gets_the_passwords_that_are_in_the_file(tmp_path):
    first = logins.ensure(tmp_path, actor=ACTOR, now=NOW)
    User.objects.all().delete()

    assert logins.ensure(tmp_path, actor=ACTOR, now=NOW) == first
    assert authenticate(HttpRequest(), username=first[0].username, password=first[0].password)


def test_someone_elses_account_of_that_name_is_left_alone_and_not_listed(tmp_path):
    create_account(
        username="analyst",
        password="a password of their own",
        full_name="Ann Other",
        rank="staff",
        unit="",
        roles=[roles.AUDITOR],
        actor=ACTOR,
        now=NOW,
    )

    made = logins.ensure(tmp_path, actor=ACTOR, now=NOW)

    assert "analyst" not in {login.username for login in made}
    assert len(made) == 11
    assert authenticate(HttpRequest(), username="analyst", password="a password of their own")
