"""The list of sessions, the page of one while it runs, its permits, and the work of the workers."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from overt.accounts.permissions import actor_of
from overt.recognition import rules, states
from overt.recognition.models import Session
from overt.recognition.selectors import lists
from overt.recognition.selectors import live as selectors
from overt.recognition.selectors.jobs import jobs as jobs_shown
from overt.recognition.views.found import found, keep_read


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Those that run come first; or all in one state."""
    state = request.GET.get("state", "")
    state = state if state in states.LABELS else ""
    context = {
        "listed": lists.listed(state=state, number=request.GET.get("page")),
        "state": state,
        "states": states.LABELS.items(),
        "query": f"{urlencode({'state': state})}&" if state else "",
    }
    return render(request, "recognition/sessions.html", context)


@require_safe
@never_cache
def session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    shown = _live(request, session_id)
    keep_read(request, shown["session"], "recognition:session")
    return render(request, "recognition/session.html", shown)


@require_safe
@never_cache
def now(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """What replaces itself on the page. Where the state is not the one that the page showed, also
    what can be done in it, and the word of it for who cannot see it."""
    shown = _live(request, session_id)
    shown["has_changed"] = request.GET.get("seen") != shown["session"].state
    return render(request, "recognition/partials/now.html", shown)


@require_safe
@never_cache
def permits(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Every answer to a request, the latest first."""
    one = found(session_id)
    keep_read(request, one, "recognition:permits")
    refused = request.GET.get("only") == "refused"
    context = {
        "session": one,
        "page": lists.answers(one, refused=refused, number=request.GET.get("page")),
        "refused": refused,
        "query": "only=refused&" if refused else "",
    }
    return render(request, "recognition/permits.html", context)


@require_safe
@never_cache
def jobs(request: HttpRequest) -> HttpResponse:
    """What the workers do, and whether they are alive."""
    return render(request, "recognition/jobs.html", {"jobs": jobs_shown(now=timezone.now())})


def _live(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    try:
        shown = selectors.live(session_id, now=timezone.now())
    except Session.DoesNotExist as missing:
        raise Http404 from missing
    actor = actor_of(request)
    state = shown.session.state
    return {
        "live": shown,
        "session": shown.session,
        "may_stop": state in states.PERMITTING and rules.may_stop(actor).allowed,
        "may_confirm": state in (states.STOPPING, states.UNCONFIRMED)
        and rules.may_confirm_stop(actor).allowed,
        "settling": state in states.SETTLING,
    }
