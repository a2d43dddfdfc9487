"""One account for each role, with a password of its own that only the owner's files know.

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
from overt.accounts.services import create_account

FILE_NAME = "demo-logins.txt"


@dataclass(frozen=True)
class Login:
    role: str
    username: str
    password: str


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
    _Person(roles.OPERATOR, "operator", "Demo Operator", Rank.INSPECTOR),
    _Person(roles.AUDITOR, "auditor", "Demo Auditor", Rank.STAFF),
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
    return logins


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
