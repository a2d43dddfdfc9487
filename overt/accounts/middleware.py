"""Ends sessions that lie idle, and holds sessions without their second factor to getting it.

For every address, also those that are open to everyone: some of these offer more to who is signed
in, and a session that lacks its second factor is to be offered nothing.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from . import sessions
from .models import User

# What a session may still reach, by the rule that holds it back, and where it is led.
_OPEN = {
    "second-factor-not-set-up": frozenset(
        {
            "accounts:logout",
            "account_reauthenticate",
            "mfa_index",
            "mfa_activate_totp",
            "mfa_add_webauthn",
        }
    ),
    "second-factor-not-used": frozenset(
        {"accounts:logout", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
    ),
}
_LED_TO = {
    "second-factor-not-set-up": "mfa_index",
    "second-factor-not-used": "mfa_reauthenticate",
}


class SessionRules:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        if not isinstance(request.user, User):
            return None
        now = timezone.now().timestamp()
        if sessions.is_idle(request.session, now=now):
            logout(request)
            return _led(request, f"{reverse('accounts:login')}?{_back(request, ended='idle')}")
        if not _asked_by_itself(request):
            sessions.note_use(request.session, now=now)
        decision = sessions.decision(request, request.user)
        asked = request.resolver_match.view_name if request.resolver_match else ""
        if decision.allowed or asked in _OPEN[decision.rule]:
            return None
        return _led(request, f"{reverse(_LED_TO[decision.rule])}?{_back(request)}")


def _asked_by_itself(request: HttpRequest) -> bool:
    """A page that is left open asks for its progress; that is nobody's use of it."""
    return request.method == "GET" and request.headers.get("HX-Request") == "true"


def _back(request: HttpRequest, **more: str) -> str:
    """A query that leads back to the page that was open: of what was sent, the one it was sent
    from."""
    page = request.get_full_path()
    if request.method not in ("GET", "HEAD") or request.headers.get("HX-Request") == "true":
        sent_from = urlsplit(request.headers.get("Referer", ""))
        page = sent_from.path if sent_from.netloc == request.get_host() else reverse("home")
    return urlencode({"next": page, **more}, safe="/")


def _led(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
