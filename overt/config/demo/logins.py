"""Accounts for every role and for those named in deployments, each with a password of its own that
only the owner's files know.

The file is written before the accounts are made: a demo that is cut short in between has at
worst a password too many, never an account that nobody can use.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from overt.accounts import roles
from overt.accounts.actors import Actor
from overt.accounts.models import Rank, User
from overt.accounts.selectors import factors_of
from overt.accounts.services import create_account, set_up_totp

FILE_NAME = "demo-logins.txt"


@dataclass(frozen=True)
class Login:
    role: str
    username: str
    password: str

    @property
    def needs_code(self) -> bool:
        """Whether a second factor is asked for."""
        return self.role in roles.SECOND_FACTOR_REQUIRED


@dataclass(frozen=True)
class _Person:
    role: str
    username: str
    full_name: str
    rank: str


_PEOPLE = (
    _Person(roles.ANALYST, "analyst", "Demo Analyst", Rank.STAFF),
    _Person(roles.PLANNER, "planner", "Demo Planner", Rank.SERGEANT),
    _Person(roles.LEGAL, "legal", "Demo Legal Adviser", Rank.STAFF),
    _Person(roles.AUTHORISING_OFFICER, "officer", "Demo Authorising Officer", Rank.SUPERINTENDENT),
    _Person(roles.AUTHORISING_OFFICER, "inspector", "Demo Duty Inspector", Rank.INSPECTOR),
    _Person(roles.OPERATOR, "operator", "Demo Operator", Rank.INSPECTOR),
    _Person(roles.OPERATOR, "operator2", "Demo Second Operator", Rank.CONSTABLE),
    _Person(roles.OPERATOR, "engagement", "Demo Engagement Officer", Rank.CONSTABLE),
    _Person(roles.AUDITOR, "auditor", "Demo Auditor", Rank.STAFF),
    # The commanders decide nothing in Overt: they read.
    _Person(roles.AUDITOR, "gold", "Demo Gold Commander", Rank.COMMANDER),
    _Person(roles.AUDITOR, "silver", "Demo Silver Commander", Rank.CHIEF_INSPECTOR),
    _Person(roles.AUDITOR, "bronze", "Demo Bronze Commander", Rank.INSPECTOR),
)


def ensure(data_dir: Path, *, actor: Actor, now: datetime) -> list[Login]:
    """The demo's logins, made on the first call and the same ever after.

    An account of that name that the demo did not make keeps its password, which the file does not
    have: its login is left out.
    """
    path = data_dir / FILE_NAME
    known = _read(path)
    there = set(User.objects.values_list("username", flat=True))
    for person in _PEOPLE:
        if person.username not in known and person.username not in there:
            known[person.username] = secrets.token_urlsafe(12)
    logins = [
        Login(person.role, person.username, known[person.username])
        for person in _PEOPLE
        if person.username in known
    ]
    _write(path, logins)
    for person in _PEOPLE:
        if person.username not in there:
            create_account(
                username=person.username,
                password=known[person.username],
                full_name=person.full_name,
                rank=person.rank,
                unit="Demo",
                roles=[person.role],
                actor=actor,
                now=now,
            )
    _give_factors(logins, actor=actor, now=now)
    return logins


def accounts(logins: list[Login]) -> dict[str, User]:
    """The demo's own accounts by username."""
    names = [login.username for login in logins]
    return {user.username: user for user in User.objects.filter(username__in=names)}


def _give_factors(logins: list[Login], *, actor: Actor, now: datetime) -> None:
    """An authenticator app where a role needs one; `manage.py totp_code` shows its codes."""
    users = accounts(logins)
    for login in logins:
        if login.needs_code and not factors_of(users[login.username]):
            set_up_totp(user=users[login.username], actor=actor, now=now)


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    rows = [line.split("\t") for line in path.read_text().splitlines()]
    return {row[0]: row[1] for row in rows if len(row) == 3}


def _write(path: Path, logins: list[Login]) -> None:
    """Replace the file at once, readable by its owner alone."""
    text = "".join(f"{login.username}\t{login.password}\t{login.role}\n" for login in logins)
    if path.exists() and path.read_text() == text:
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)
