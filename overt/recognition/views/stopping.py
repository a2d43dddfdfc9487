"""How a person stops a session, and says that the system has stopped.

Two pages, each for one verb: a button that is pressed twice, or on a page that is out of date, can
only do again what it says. Who may never do it gets 403 before anything is looked up; where the
state does not take it, nothing changes and the page of the session says what stands.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from overt.accounts.actors import Actor
from overt.accounts.permissions import actor_of, require
from overt.deployments.selectors.standing import standing
from overt.recognition import rules, states
from overt.recognition.errors import FieldRefused, RecognitionError
from overt.recognition.forms import ConfirmForm, StopForm
from overt.recognition.models import Session
from overt.recognition.selectors import live as selectors
from overt.recognition.services import stopping
from overt.recognition.views.found import found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """No permit any more."""
    actor = actor_of(request)
    require(rules.may_stop(actor))
    session = found(session_id)
    if session.state not in states.PERMITTING:
        label = states.LABELS[session.state].lower()
        return _nothing(request, session, f"Nothing was stopped: the session is {label}.")
    form = StopForm(request.POST or None)

    def do(now: datetime) -> None:
        stopping.stop(
            session_id=session_id, reason=form.cleaned_data["reason"], actor=actor, now=now
        )

    answer = _done(request, session, form, do, "You stopped the session. It gets no permit more.")
    return answer or _page(request, "recognition/stop.html", session, form, actor)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stopped(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The system does not say that it stopped; a person does."""
    actor = actor_of(request)
    require(rules.may_confirm_stop(actor))
    session = found(session_id)
    if session.state not in (states.STOPPING, states.UNCONFIRMED):
        label = states.LABELS[session.state].lower()
        return _nothing(request, session, f"Nothing was recorded: the session is {label}.")
    form = ConfirmForm(request.POST or None)

    def do(now: datetime) -> None:
        stopping.confirm_by_hand(
            session_id=session_id,
            stopped_at=form.moment(session.live_since or session.starts_at),
            reason=form.cleaned_data["reason"],
            actor=actor,
            now=now,
        )

    answer = _done(request, session, form, do, "You recorded that the system stopped.")
    return answer or _page(request, "recognition/stopped.html", session, form, actor)


def _done(
    request: HttpRequest,
    session: Session,
    form: StopForm,
    do: Callable[[datetime], None],
    said: str,
) -> HttpResponse | None:
    """What comes of an answer; None where there was none, or it has to be corrected."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        do(timezone.now())
    except FieldRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return None
    except RecognitionError as error:
        return _nothing(request, session, str(error))
    messages.success(request, said)
    return redirect("recognition:session", session.pk)


def _nothing(request: HttpRequest, session: Session, why: str) -> HttpResponse:
    if request.method == "POST":
        messages.error(request, why)
    return redirect("recognition:session", session.pk)


def _page(
    request: HttpRequest, template: str, session: Session, form: StopForm, actor: Actor
) -> HttpResponse:
    held = standing(session.deployment, session.version)
    context: dict[str, Any] = {
        "live": selectors.live(session.pk, now=timezone.now()),
        "session": session,
        "form": form,
        "may_withdraw": held.has_authority_to_withdraw and held.may_withdraw(actor).allowed,
    }
    return render(request, template, context, status=422 if form.errors else 200)
