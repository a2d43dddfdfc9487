"""What a session knows about how its account signed in, and when it was last used."""

import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from overt.decisions import Decision

from .models import User
from .permissions import actor_of
from .rules import may_use_session

_LAST_SEEN = "last_seen"
# Seconds. Noting every request would write the session with each; so a session may end this much
# early, never late.
_NOTED_EVERY = 60


def means_of(request: HttpRequest, user: User) -> list[str]:
    """By what the session was authenticated: password, totp, webauthn, recovery_codes."""
    records = get_authentication_records(request, user)
    return [record.get("type") or record.get("method", "") for record in records]


def confirmed_within(request: HttpRequest, user: User, seconds: int) -> bool:
    """Whether a password or a factor was given in this session in the last `seconds`."""
    given = [record["at"] for record in get_authentication_records(request, user)]
    return bool(given) and time.time() - max(given) < seconds


def has_factor(user: User) -> bool:
    """Whether an account has a second factor. Recovery codes are none."""
    kept = Authenticator.objects.filter(user=user)
    return bool(kept.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def decision(request: HttpRequest, user: User) -> Decision:
    """Whether the session may be used for all that its account may do."""
    used = any(
        record.get("method") == "mfa" for record in get_authentication_records(request, user)
    )
    if used:
        return may_use_session(frozenset(), has_factor=True, used_factor=True)
    return may_use_session(actor_of(request).roles, has_factor=has_factor(user), used_factor=False)


def is_idle(session: SessionBase, *, now: float) -> bool:
    """Whether nothing was asked for too long. `now`: seconds since the epoch."""
    last = session.get(_LAST_SEEN)
    return last is not None and now - last >= settings.SESSION_IDLE_MINUTES * 60


def note_use(session: SessionBase, *, now: float) -> None:
    """Keep that the session is in use."""
    last = session.get(_LAST_SEEN)
    if last is None or now - last >= _NOTED_EVERY:
        session[_LAST_SEEN] = int(now)
