"""Second factors: an authenticator app, passkeys, and the recovery codes that stand in for them.

allauth keeps them (`Authenticator`) and speaks WebAuthn; the secret of an app is encrypted by
`FactorAdapter`. The codes of apps are judged by `overt.accounts.totp`, and the step of the last
one is kept in the row, so that no code counts twice, on whichever machine it is tried.
"""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction

from overt.accounts import totp
from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.accounts.permissions import require
from overt.accounts.rules import may_change_account, may_manage_own, may_remove_factor
from overt.accounts.verbs import (
    FACTOR_ADDED,
    FACTOR_REMOVED,
    FACTORS_RESET,
    RECOVERY_CODES_MADE,
)

from .entries import append

_TOTP = Authenticator.Type.TOTP
_RECOVERY = Authenticator.Type.RECOVERY_CODES


class FactorRefused(ValueError):
    """A second factor that cannot be set up or removed. The text is for the person."""


def set_up_totp(*, user: User, actor: Actor, now: datetime) -> str:
    """Give an account an authenticator app from outside, and return its secret (base32).

    The secret is to be shown once, to whoever puts it into the app; the ledger never has it.

    Raises NotAllowed, or FactorRefused where the account has an app.
    """
    require(may_change_account(actor))
    secret = totp.new_secret()
    with transaction.atomic():
        _hold(user)
        if Authenticator.objects.filter(user=user, type=_TOTP).exists():
            raise FactorRefused(f"{user.username} has an authenticator app already.")
        Authenticator.objects.create(
            user=user, type=_TOTP, data={"secret": encrypt(secret)}, created_at=now
        )
        append(FACTOR_ADDED, user, actor=actor, now=now, more={"factor": _TOTP.value})
    return secret


def use_code(*, user: User, code: str, now: datetime) -> Authenticator | None:
    """What `code` proves: the account's app, its recovery codes, or nothing (None).

    A code that is accepted is used up, for every process at once.
    """
    with transaction.atomic():
        kept = Authenticator.objects.select_for_update().filter(user=user)
        app = kept.filter(type=_TOTP).first()
        if app is not None:
            step = totp.accepted_step(
                decrypt(app.data["secret"]), code, at=now, last=app.data.get("last_step")
            )
            if step is not None:
                mark_step(app, step)
                return app
        codes = kept.filter(type=_RECOVERY).first()
        if codes is not None and codes.wrap().validate_code("".join(code.split())):
            return codes
    return None


def mark_step(app: Authenticator, step: int) -> None:
    """Note that the code of `step` was accepted."""
    app.data["last_step"] = step
    app.save(update_fields=["data"])


def record_factor_added(
    *, user: User, factor: str, actor: Actor, now: datetime, step: int | None = None
) -> Authenticator:
    """Note that whoever an account belongs to set up `factor`, as part of the same transaction.

    `step` is that of the code that an app was set up with: it counts no second time.
    """
    require(may_manage_own(actor, user_id=user.pk))
    added = Authenticator.objects.filter(user=user, type=factor).latest("pk")
    if step is not None:
        mark_step(added, step)
    append(FACTOR_ADDED, user, actor=actor, now=now, more={"factor": factor})
    return added


def record_recovery_codes_made(*, user: User, actor: Actor, now: datetime) -> None:
    """Note that an account has new recovery codes, as part of the same transaction."""
    require(may_manage_own(actor, user_id=user.pk))
    append(RECOVERY_CODES_MADE, user, actor=actor, now=now)


def remove_factor(*, user: User, pk: int, actor: Actor, now: datetime) -> None:
    """Remove one second factor of one's own account; recovery codes go with the last.

    Raises NotAllowed, also for the last factor of a role that needs one, and
    `Authenticator.DoesNotExist`.
    """
    require(may_manage_own(actor, user_id=user.pk))
    with transaction.atomic():
        # Two removals at once wait for each other here, so that the second sees the first.
        _hold(user)
        factors = _factors(user)
        factor = factors.get(pk=pk)
        others = factors.exclude(pk=pk).count()
        require(may_remove_factor(actor.roles, others=others))
        factor.delete()
        if not others:
            Authenticator.objects.filter(user=user).delete()
        append(FACTOR_REMOVED, user, actor=actor, now=now, more={"factor": factor.type})


def reset_factors(*, username: str, actor: Actor, now: datetime) -> User:
    """Take every second factor from an account, as when a phone is lost, and end its sessions.

    Raises NotAllowed, or FactorRefused where there is no such account or it has none.
    """
    require(may_change_account(actor))
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username=username).first()
        kept = Authenticator.objects.filter(user=user)
        if user is None or not kept.exists():
            raise FactorRefused(f"There is no account {username} with a second factor.")
        kinds = sorted(set(kept.values_list("type", flat=True)))
        kept.delete()
        user.sessions_ended += 1
        user.save(update_fields=["sessions_ended"])
        append(FACTORS_RESET, user, actor=actor, now=now, more={"factors": kinds})
    return user


def _factors(user: User) -> Any:
    return Authenticator.objects.filter(user=user).exclude(type=_RECOVERY)


def _hold(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)
