"""The account of a session: figures, what does not agree, deletions, and the record."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from overt.accounts.permissions import actor_of, require
from overt.recognition import rules, states
from overt.recognition.errors import FieldRefused, RecognitionError
from overt.recognition.forms import ExplainForm, PublishForm, SeedForm
from overt.recognition.models import Session
from overt.recognition.selectors import account as selectors
from overt.recognition.selectors import lists, rates, records
from overt.recognition.services import accounting
from overt.recognition.views.found import keep_read


@require_safe
def account(request: HttpRequest, session_id: UUID) -> HttpResponse:
    session = _session(session_id)
    keep_read(request, session, "recognition:account")
    return _page(request, session)


@require_POST
def explain(request: HttpRequest, session_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    require(rules.may_explain(actor))
    session, form = _session(session_id), ExplainForm(request.POST)
    if not form.is_valid():
        return _page(request, session, explained=form)
    return _done(
        request,
        session,
        lambda now: accounting.explain(
            session_id=session_id,
            sha256=form.cleaned_data["sha256"],
            words=form.cleaned_data["words"],
            actor=actor,
            now=now,
        ),
        "Your explanation is recorded.",
    )


@require_POST
def seed(request: HttpRequest, session_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    require(rules.may_settle(actor))
    session, form = _session(session_id), SeedForm(request.POST)
    if not form.is_valid():
        return _page(request, session, seeded=form)
    try:
        accounting.seed(session_id=session_id, actor=actor, now=timezone.now(), **form.cleaned_data)
    except FieldRefused as refused:
        form.add_error(refused.field, str(refused))
        return _page(request, session, seeded=form)
    except RecognitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The seeded test is recorded.")
    return redirect("recognition:account", session_id)


@require_POST
def reconcile(request: HttpRequest, session_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    require(rules.may_settle(actor))
    return _done(
        request,
        _session(session_id),
        lambda now: accounting.reconcile(session_id=session_id, actor=actor, now=now),
        "The figures are settled.",
    )


@require_POST
def publish(request: HttpRequest, session_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    require(rules.may_settle(actor))
    session, form = _session(session_id), PublishForm(request.POST)
    if not form.is_valid():
        return _page(request, session, published=form)
    try:
        accounting.publish(
            session_id=session_id,
            seen_digest=form.cleaned_data["seen_digest"],
            reason=form.cleaned_data["reason"],
            actor=actor,
            now=timezone.now(),
        )
    except FieldRefused as refused:
        form.add_error("reason", str(refused))
        return _page(request, session, published=form)
    except RecognitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The record is published.")
    return redirect("recognition:account", session_id)


def _done(request: HttpRequest, session: Session, verb: Any, said: str) -> HttpResponse:
    try:
        verb(timezone.now())
    except RecognitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("recognition:account", session.pk)


def _session(session_id: UUID) -> Session:
    found = lists.sessions().filter(pk=session_id).first()
    if found is None or found.state not in states.SETTLING:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    session: Session,
    *,
    explained: ExplainForm | None = None,
    published: PublishForm | None = None,
    seeded: SeedForm | None = None,
) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    shown = selectors.shown(session, now=now)
    coming, before = _coming(session), records.latest(session)
    may_settle = rules.may_settle(actor).allowed
    publishable = coming is not None and (
        session.state == states.RECONCILED
        or (session.state == states.PUBLISHED and bool(coming.differences))
    )
    return render(
        request,
        "recognition/account.html",
        {
            "session": session,
            "shown": shown,
            "rates": rates.shown(
                shown.figures, one_in=rates.ceiling_of(session.deployment), seeded=shown.seeded
            ),
            "coming": coming,
            "before": before,
            "may_explain": rules.may_explain(actor).allowed,
            "may_reconcile": may_settle and session.state == states.STOPPED and not shown.unsettled,
            "may_publish": may_settle and publishable,
            "explained": explained,
            "seed_form": (seeded or SeedForm()) if may_settle else None,
            "publish_form": published
            or PublishForm(initial={"seen_digest": coming.digest if coming else ""}),
        },
        status=422 if explained or published or seeded else 200,
    )


def _coming(session: Session) -> records.Coming | None:
    """None where no record can be made of the figures, as with more false alerts than faces."""
    try:
        return records.coming(session)
    except ValueError:
        return None
