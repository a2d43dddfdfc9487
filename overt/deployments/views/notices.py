"""The notice of a deployment: preview, publication, history; and taking it back."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from overt.accounts.permissions import actor_of, require
from overt.deployments import rules, states
from overt.deployments.application import diff
from overt.deployments.application.words import Row, Section
from overt.deployments.errors import DeploymentError, FieldRefused
from overt.deployments.forms.changes import ReasonForm
from overt.deployments.models import Deployment
from overt.deployments.notices.shown import Shown
from overt.deployments.selectors import notices as selectors
from overt.deployments.selectors.authorities import live
from overt.deployments.services import notices as services
from overt.deployments.views.application_found import found


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, reference: str) -> HttpResponse:
    """What would be published now, exactly as the public will read it, and what was before."""
    actor, now = actor_of(request), timezone.now()
    if request.method == "POST":
        require(rules.may_apply(actor))
    deployment = found(reference)
    problem = ""
    if request.method == "POST":
        try:
            made = services.publish(
                deployment=deployment,
                seen_digest=request.POST.get("seen_digest", ""),
                seen_words=request.POST.get("seen_words", ""),
                actor=actor,
                now=now,
            )
        except DeploymentError as refusal:
            problem = str(refusal)
            deployment = found(reference)
        else:
            messages.success(request, f"Notice {made.number} is published.")
            return redirect("deployments:notice", reference)
    context = {
        "deployment": deployment,
        "problem": problem,
        "may_apply": rules.may_apply(actor),
        **_coming(deployment, now),
        **_published(deployment),
    }
    return render(
        request, "deployments/notices/notice.html", context, status=409 if problem else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back what was announced, while the deployment stays as it is."""
    actor = actor_of(request)
    require(rules.may_apply(actor))
    deployment = found(reference)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_notice(
                deployment=deployment,
                reason=form.cleaned_data["reason"],
                actor=actor,
                now=timezone.now(),
            )
        except FieldRefused as refusal:
            form.add_error("reason", str(refusal))
        except DeploymentError as refusal:
            problem = str(refusal)
            deployment = found(reference)
        else:
            messages.success(request, "The cancellation is published.")
            return redirect("deployments:notice", reference)
    standing = selectors.standing(deployment)
    context = {
        "deployment": deployment,
        "form": form,
        "problem": problem,
        "standing": standing,
        "may": standing is not None and deployment.state in states.CANCELLABLE,
        "was_ready": deployment.state == states.READY,
    }
    return render(
        request, "deployments/notices/cancel.html", context, status=409 if problem else 200
    )


def _coming(deployment: Deployment, now: datetime) -> dict[str, Any]:
    """The preview, or in one sentence why there is none."""
    version = deployment.current_version
    if version is None or deployment.state not in selectors.PUBLISHABLE:
        state = states.LABELS[deployment.state].lower()
        return {
            "preview": None,
            "why_not": f"It is {state}: a notice is published once a deployment is authorised.",
        }
    if deployment.state in states.UNDER_AUTHORITY and live(version, now=now) is None:
        return {"preview": None, "why_not": "No authority is in force now."}
    try:
        coming = selectors.preview(deployment, now=now)
    except DeploymentError as refusal:
        return {"preview": None, "why_not": str(refusal)}
    if coming.says_what_stands:
        return {"preview": None, "why_not": "The notice of this version is published."}
    return {
        "preview": coming,
        "coming": selectors.shown_beforehand(coming, reference=deployment.reference),
        "version": version,
    }


def _published(deployment: Deployment) -> dict[str, Any]:
    rows = selectors.notices_of(deployment)
    shown = [selectors.shown(row, reference=deployment.reference) for row in rows]
    changes: list[list[diff.Compared]] = [
        diff.compare(_section(older), _section(newer)) for newer, older in pairwise(shown)
    ]
    return {
        "history": list(zip(rows, shown, [*changes, []], strict=True)) if rows else [],
        "standing": selectors.standing(deployment),
        "may_cancel": deployment.state in states.CANCELLABLE,
    }


def _section(one: Shown) -> Sequence[Section]:
    return [
        Section(
            "Notice",
            (
                Row("When", (one.hours,), "when"),
                Row("Where", (one.place,), "where"),
                Row("Text", one.paragraphs, "text"),
            ),
            "notice",
        )
    ]
