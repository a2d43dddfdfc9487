"""Accounts: made, changed, disabled and enabled by commands; a password by its owner."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from overt.accounts import roles as known_roles
from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.accounts.permissions import require
from overt.accounts.rules import may_change_account, may_create_account, may_manage_own
from overt.accounts.verbs import (
    ACCOUNT_CHANGED,
    ACCOUNT_CREATED,
    ACCOUNT_DISABLED,
    ACCOUNT_ENABLED,
    PASSWORD_CHANGED,
)

from .entries import append


class AccountRefused(ValueError):
    """An account that cannot be made or changed so. `field` names what to correct."""

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
    if not roles:
        raise AccountRefused("role", f"none is given; choose from: {', '.join(known_roles.ALL)}")
    _refuse_wrong_roles(roles)
    _refuse_weak_password(password, user)
    user.set_password(password)
    held = _in_order(roles)
    try:
        with transaction.atomic():
            user.save()
            user.groups.set(Group.objects.filter(name__in=held))
            append(
                ACCOUNT_CREATED,
                user,
                actor=actor,
                now=now,
                more={"rank": user.rank, "unit": user.unit, "roles": held},
            )
    except IntegrityError as error:
        # Made by someone else between the look above and the write.
        raise _taken(user.username) from error
    return user


def change_account(
    *,
    username: str,
    add_roles: Collection[str] = (),
    remove_roles: Collection[str] = (),
    rank: str | None = None,
    unit: str | None = None,
    actor: Actor,
    now: datetime,
) -> User:
    """Give an account other roles, another rank or another unit; what is not given stays.

    A session that is open goes on with what the account then has, from its next page.

    Raises NotAllowed, or AccountRefused naming what is wrong: also where nothing would change, and
    where no role would be left.
    """
    require(may_change_account(actor))
    with transaction.atomic():
        user = _locked(username)
        held = user.groups.filter(name__in=known_roles.ALL)
        before = set(held.values_list("name", flat=True))
        after = (before | set(add_roles)) - set(remove_roles)
        _refuse_wrong_roles([*add_roles, *remove_roles])
        if not after:
            raise AccountRefused("role", "none would be left; disable the account instead")
        was = (user.rank, user.unit)
        user.rank = user.rank if rank is None else rank
        user.unit = user.unit if unit is None else unit.strip()
        _refuse_wrong_values(user)
        if after == before and was == (user.rank, user.unit):
            raise AccountRefused("change", f"{username} has all of that already")
        user.save(update_fields=["rank", "unit"])
        user.groups.add(*Group.objects.filter(name__in=after - before))
        user.groups.remove(*Group.objects.filter(name__in=before - after))
        append(
            ACCOUNT_CHANGED,
            user,
            actor=actor,
            now=now,
            more={
                "rank": user.rank,
                "unit": user.unit,
                "roles": _in_order(after),
                "roles_added": _in_order(after - before),
                "roles_removed": _in_order(before - after),
            },
        )
    return user


def disable_account(*, username: str, actor: Actor, now: datetime) -> User:
    """Close an account and end its sessions, for good: they do not come back with the account.

    Raises NotAllowed, or AccountRefused where it is disabled already.
    """
    require(may_change_account(actor))
    with transaction.atomic():
        user = _locked(username)
        if not user.is_active:
            raise AccountRefused("username", f"{username} is disabled already")
        user.is_active = False
        user.sessions_ended += 1
        user.save(update_fields=["is_active", "sessions_ended"])
        append(ACCOUNT_DISABLED, user, actor=actor, now=now)
    return user


def enable_account(*, username: str, actor: Actor, now: datetime) -> User:
    """Open a disabled account again, with the roles and the password it had.

    Raises NotAllowed, or AccountRefused where it is not disabled.
    """
    require(may_change_account(actor))
    with transaction.atomic():
        user = _locked(username)
        if user.is_active:
            raise AccountRefused("username", f"{username} is not disabled")
        user.is_active = True
        user.save(update_fields=["is_active"])
        append(ACCOUNT_ENABLED, user, actor=actor, now=now)
    return user


def change_password(*, user: User, password: str, actor: Actor, now: datetime) -> None:
    """Give an account another password. Every session ends with the old one, except one that the
    caller renews.

    Raises NotAllowed, or AccountRefused for a password that is too weak.
    """
    require(may_manage_own(actor, user_id=user.pk))
    _refuse_weak_password(password, user)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        append(PASSWORD_CHANGED, user, actor=actor, now=now)


def _locked(username: str) -> User:
    try:
        return User.objects.select_for_update().get(username=username)
    except User.DoesNotExist as error:
        raise AccountRefused("username", f"there is no account {username}") from error


def _in_order(roles: Collection[str]) -> list[str]:
    return [role for role in known_roles.ALL if role in roles]


def _taken(username: str) -> AccountRefused:
    return AccountRefused("username", f"{username} is taken; choose another")


def _refuse_wrong_fields(user: User) -> None:
    if not user.first_name:
        raise AccountRefused("full name", "is empty; give the person's name")
    _refuse_wrong_values(user)
    # Ann and ann would be told apart by the database, and by nobody who reads the ledger.
    if User.objects.filter(username__iexact=user.username).exists():
        raise _taken(user.username)


def _refuse_wrong_values(user: User) -> None:
    for field, text in (("full name", user.first_name), ("unit", user.unit)):
        if not text.isprintable():
            raise AccountRefused(field, "holds characters that cannot be shown; remove them")
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        shown = "full name" if field == "first_name" else field
        raise AccountRefused(shown, messages[0]) from error


def _refuse_wrong_roles(roles: Collection[str]) -> None:
    known = ", ".join(known_roles.ALL)
    for role in roles:
        if role not in known_roles.ALL:
            raise AccountRefused("role", f"{role!r} is not known; choose from: {known}")


def _refuse_weak_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AccountRefused("password", " ".join(error.messages)) from error
