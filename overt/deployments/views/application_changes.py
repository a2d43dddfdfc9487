"""Rename, copy, reopen and cancel: one page each."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from overt.accounts.actors import Actor
from overt.accounts.permissions import actor_of, require
from overt.deployments import rules, states
from overt.deployments.errors import DeploymentError, FieldRefused
from overt.deployments.forms.changes import ReasonForm, TitleForm
from overt.deployments.models import Deployment
from overt.deployments.services import drafts
from overt.deployments.views.application_found import found

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
def rename(request: HttpRequest, reference: str) -> HttpResponse:
    def verb(deployment: Deployment, given: str, actor: Actor) -> Deployment:
        return drafts.rename(deployment=deployment, title=given, actor=actor, now=timezone.now())

    return _change(request, reference, "rename", TitleForm, verb, "The title is changed.")


@require_http_methods(FORM)
def copy(request: HttpRequest, reference: str) -> HttpResponse:
    def verb(deployment: Deployment, given: str, actor: Actor) -> Deployment:
        return drafts.copy(deployment=deployment, title=given, actor=actor, now=timezone.now())

    done = "A new application is begun with the same answers, without the times."
    return _change(request, reference, "copy", TitleForm, verb, done)


@require_http_methods(FORM)
def reopen(request: HttpRequest, reference: str) -> HttpResponse:
    def verb(deployment: Deployment, given: str, actor: Actor) -> Deployment:
        return drafts.reopen(deployment=deployment, reason=given, actor=actor, now=timezone.now())

    done = "The application is open for changes. It holds nothing in the calendar any more."
    return _change(request, reference, "reopen", ReasonForm, verb, done)


@require_http_methods(FORM)
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    def verb(deployment: Deployment, given: str, actor: Actor) -> Deployment:
        return drafts.cancel(deployment=deployment, reason=given, actor=actor, now=timezone.now())

    return _change(request, reference, "cancel", ReasonForm, verb, "The deployment is cancelled.")


def _change(
    request: HttpRequest,
    reference: str,
    name: str,
    kind: type[forms.Form],
    verb: Callable[[Deployment, str, Actor], Deployment],
    done: str,
) -> HttpResponse:
    """The page `name`: its form has one field, which `verb` is given."""
    actor = actor_of(request)
    require(rules.may_apply(actor))
    deployment = found(reference)
    (field,) = kind.base_fields
    initial = {"title": deployment.title} if field == "title" else None
    form = kind(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            changed = verb(deployment, form.cleaned_data[field], actor)
        except FieldRefused as refusal:
            form.add_error(field, str(refusal))
        except DeploymentError as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, done)
            after = "tasks" if name in ("copy", "reopen") else "deployment"
            return redirect(f"deployments:{after}", changed.reference)
    context = {
        "deployment": deployment,
        "form": form,
        "field": form[field],
        "may": _may(name, deployment),
        "under_authority": deployment.state in states.UNDER_AUTHORITY,
    }
    return render(request, f"deployments/{name}.html", context, status=status)


def _may(name: str, deployment: Deployment) -> bool:
    """Whether the state lets anyone do it."""
    return {
        "rename": deployment.is_draft,
        "copy": True,
        "reopen": deployment.state in states.EDITABLE_AGAIN,
        "cancel": deployment.state in states.CANCELLABLE,
    }[name]
