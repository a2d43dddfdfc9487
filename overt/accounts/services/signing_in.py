"""Signing in, being locked out, and being let in again."""

from collections.abc import Iterable
from datetime import datetime

from axes.handlers.proxy import AxesProxyHandler
from django.db import transaction

from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.accounts.permissions import require
from overt.accounts.rules import may_change_account
from overt.accounts.verbs import ACCOUNT_UNLOCKED, LOCKED_OUT, SIGNED_IN

from .entries import append
from .people import AccountRefused


def record_sign_in(*, user: User, means: Iterable[str], actor: Actor, now: datetime) -> None:
    """One entry for a sign-in: by which `means` (password, totp, webauthn, recovery_codes)."""
    with transaction.atomic():
        append(SIGNED_IN, user, actor=actor, now=now, more={"means": sorted(set(means))})


def record_lockout(*, username: str, actor: Actor, now: datetime) -> None:
    """One entry for a lockout, where `username` is that of an account."""
    user = User.objects.filter(username=username).first()
    if user is not None:
        with transaction.atomic():
            append(LOCKED_OUT, user, actor=actor, now=now)


def unlock_account(*, username: str, actor: Actor, now: datetime) -> User:
    """Forget the failures of an account, so that it can sign in at once.

    Raises NotAllowed, or AccountRefused where there is nothing to forget.
    """
    require(may_change_account(actor))
    user = User.objects.filter(username=username).first()
    if user is None:
        raise AccountRefused("username", f"there is no account {username}")
    with transaction.atomic():
        if not AxesProxyHandler.reset_attempts(username=username):
            raise AccountRefused("username", f"nothing wrong was tried with {username} lately")
        append(ACCOUNT_UNLOCKED, user, actor=actor, now=now)
    return user
