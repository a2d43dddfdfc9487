"""The verbs of accounts."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from overt.ledger import services as ledger

from . import roles as known_roles
from .actors import Actor
from .models import User
from .permissions import require
from .rules import may_create_account
from .verbs import ACCOUNT_CREATED


class AccountRefused(ValueError):
    """An account that cannot be made. `field` names what to correct."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


def create_account(
    *,
    username: str,
    password: str,
    full_name: str,
    rank: str,
    unit: str,
    roles: Collection[str],
    actor: Actor,
    now: datetime,
) -> User:
    """Make an account that can sign in, with at least one role.

    `rank` is a value of `Rank`, `roles` are names from `overt.accounts.roles`. The ledger keeps
    the username, rank, unit and roles.

    Raises NotAllowed, or AccountRefused naming the first field that is wrong.
    """
    require(may_create_account(actor))
    # People's names do not divide into first and last by a rule; the whole is kept as one.
    user = User(
        username=User.normalize_username(username),
        first_name=full_name.strip(),
        rank=rank,
        unit=unit.strip(),
        date_joined=now,
    )
    _refuse_wrong_fields(user)
    _refuse_wrong_roles(roles)
    _refuse_weak_password(password, user)
    user.set_password(password)
    held = sorted(set(roles), key=known_roles.ALL.index)
    try:
        with transaction.atomic():
            user.save()
            user.groups.set(Group.objects.filter(name__in=held))
            ledger.append(
                actor=actor.label,
                verb=ACCOUNT_CREATED.name,
                subject=f"account:{user.username}",
                payload={
                    "username": user.username,
                    "rank": user.rank,
                    "unit": user.unit,
                    "roles": held,
                },
                now=now,
            )
    except IntegrityError as error:
        # Made by someone else between the look above and the write.
        raise _taken(user.username) from error
    return user


def _taken(username: str) -> AccountRefused:
    return AccountRefused("username", f"{username} is taken; choose another")


def _refuse_wrong_fields(user: User) -> None:
    if not user.first_name:
        raise AccountRefused("full name", "is empty; give the person's name")
    for field, text in (("full name", user.first_name), ("unit", user.unit)):
        if not text.isprintable():
            raise AccountRefused(field, "holds characters that cannot be shown; remove them")
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        shown = "full name" if field == "first_name" else field
        raise AccountRefused(shown, messages[0]) from error
    # Ann and ann would be told apart by the database, and by nobody who reads the ledger.
    if User.objects.filter(username__iexact=user.username).exists():
        raise _taken(user.username)


def _refuse_wrong_roles(roles: Collection[str]) -> None:
    known = ", ".join(known_roles.ALL)
    if not roles:
        raise AccountRefused("role", f"none is given; choose from: {known}")
    for role in roles:
        if role not in known_roles.ALL:
            raise AccountRefused("role", f"{role!r} is not known; choose from: {known}")


def _refuse_weak_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AccountRefused("password", " ".join(error.messages)) from error
