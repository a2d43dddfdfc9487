"""What watches Overt: is it alive, is it ready, what does it measure. Nobody signs in for that.

Rules
1. These addresses are answered before anything that needs a database, a host name or TLS, so that
   what is wrong with those is told and not suffered.
2. They are for this machine and those that watch it. Nothing here names a person.
3. What is measured is told to whoever asks from one of the networks of `OVERT_METRICS_FROM`, or has
   the token `OVERT_METRICS_TOKEN`; to everyone else the page does not exist. A request that came
   through a proxy comes from anywhere: for it only the token counts.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import asdict
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.urls import resolve
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from .health import checks
from .metrics import Facts

_FIRST = re.compile(r"/(health/(live|ready)|metrics)")
# What any proxy of the documentation sets, and Overt in production does not answer without.
_BY_PROXIES = ("X-Forwarded-Proto", "X-Forwarded-For", "Forwarded")


class WatchersFirst:
    """Middleware that holds rule 1."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_watching(request):
            return self.get_response(request)
        answer: HttpResponse = resolve(request.path_info).func(request)
        return answer


def is_watching(request: HttpRequest) -> bool:
    """Whether the request is for one of these addresses."""
    return _FIRST.fullmatch(request.path_info) is not None


@login_not_required
@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return JsonResponse({"status": "live", "checks": []})


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 when every check holds, otherwise 503; which, either way."""
    found = checks()
    ok = all(check.ok for check in found)
    body = {"status": "ready" if ok else "not ready", "checks": [asdict(check) for check in found]}
    return JsonResponse(body, status=200 if ok else 503)


@login_not_required
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The facts of `metrics`, as Prometheus reads them."""
    if not may_read_metrics(request):
        return HttpResponseNotFound()
    registry = CollectorRegistry()
    registry.register(Facts())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_read_metrics(request: HttpRequest) -> bool:
    """Rule 3."""
    return _has_token(request) or _is_near(request)


def _has_token(request: HttpRequest) -> bool:
    wanted = settings.METRICS_TOKEN
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return (
        bool(wanted)
        and scheme.lower() == "bearer"
        and secrets.compare_digest(given.strip().encode(), wanted.encode())
    )


def _is_near(request: HttpRequest) -> bool:
    if any(name in request.headers for name in _BY_PROXIES):
        return False
    try:
        peer = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:  # a socket of this machine, which only a proxy speaks over
        return False
    peer = getattr(peer, "ipv4_mapped", None) or peer
    return any(peer in network for network in settings.METRICS_FROM)
