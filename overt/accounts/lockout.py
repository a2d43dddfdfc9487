"""The lockout: who is counted, against which limits, and what is then shown.

1. Wrong passwords and wrong codes are counted together, for the username that was typed.
2. A username is locked for one address after AXES_FAILURE_LIMIT failures from there, and for every
   address after LOCKOUT_FAILURES_FROM_ANYWHERE in all: one that guesses from many addresses does
   not get further, and one that guesses from one keeps nobody else out.
3. A name that no account has is locked just the same, so that a lockout says nothing.
4. AXES_COOLOFF_TIME after the last failure that counted, all is forgotten; so it is when signing in
   succeeds, with every step of it. A password that was right alone forgets nothing.
5. A passkey cannot be guessed, and still signs in.
"""

from ipaddress import ip_address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import Sum
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from . import services
from .actors import Actor
from .models import User


class TwoLimits(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts as rule 2 says, in terms of the first of its limits, and keeps of a failure who, from
    where and when: nothing else that a stranger may send."""

    def user_login_failed(
        self,
        sender: Any,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        if request is None:
            super().user_login_failed(sender, credentials, request, **kwargs)
            return
        said, sent = request.GET, request.POST
        request.GET = request.POST = QueryDict()
        request.axes_user_agent = request.axes_http_accept = ""  # type: ignore[attr-defined]
        try:
            super().user_login_failed(sender, credentials, request, **kwargs)
        finally:
            request.GET, request.POST = said, sent

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        from_here, from_anywhere = (
            attempts.aggregate(sum=Sum("failures_since_start"))["sum"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        if from_anywhere >= settings.LOCKOUT_FAILURES_FROM_ANYWHERE:
            return max(from_here, settings.AXES_FAILURE_LIMIT)
        return int(from_here)


def client_address(request: HttpRequest) -> str | None:
    """The address that the outermost of our own proxies saw; without proxies, the peer's.

    Fewer names in X-Forwarded-For than there are proxies means that not all of them wrote theirs:
    then the peer's, which at worst puts several clients together.
    """
    peer: str | None = request.META.get("REMOTE_ADDR") or None
    named = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings.TRUSTED_PROXIES
    if not proxies or len(named) < proxies or not is_address(named[-proxies]):
        return peer
    return named[-proxies]


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_locked(request: HttpRequest, user: User) -> bool:
    """Whether `user` is locked out for whoever sends `request`."""
    return not AxesProxyHandler.is_allowed(request, _credentials(user))


def count_failure(request: HttpRequest, user: User) -> None:
    """Count a wrong code, or a wrong password given again. The one that reaches a limit is answered
    with the page that says so, by the middleware of axes."""
    user_login_failed.send(__name__, credentials=_credentials(user), request=request)


def locked_page(request: HttpRequest, *answered: Any) -> HttpResponse:
    """What a locked account is answered, and a locked name without one."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "accounts/locked.html", {"lockout_minutes": minutes}, status=429)


def _credentials(user: User) -> dict[str, str]:
    return {"username": user.get_username()}


@receiver(user_locked_out)
def note(request: HttpRequest, username: str, **kwargs: Any) -> None:
    # None for an attempt during the lockout, which counts for nothing.
    if request.axes_failures_since_start is not None:  # type: ignore[attr-defined]
        services.record_lockout(
            username=username, actor=Actor(label="anonymous"), now=timezone.now()
        )
