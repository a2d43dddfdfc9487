"""Comments on an application and on its tasks."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from overt.accounts.actors import Actor
from overt.accounts.permissions import actor_of, require
from overt.deployments import rules
from overt.deployments.application.tasks import BY_NAME
from overt.deployments.errors import FieldRefused
from overt.deployments.forms.changes import CommentForm
from overt.deployments.models import Deployment
from overt.deployments.services import comments as services
from overt.deployments.views.application_found import found


def thread(deployment: Deployment, *, actor: Actor, task: str = "") -> dict[str, Any]:
    """The comments of `deployment`, those on one task where given, for a page that shows them."""
    rows = deployment.comments.select_related("author")
    if task:
        rows = rows.filter(task=task)
    said = list(rows)
    for one in said:
        about = BY_NAME.get(one.task)
        one.about = about.title if about and not task else ""  # type: ignore[attr-defined]
    return {
        "comments": said,
        "may_comment": rules.may_comment(actor),
        # Ids of its own: it stands below forms whose fields have the same names.
        "comment_form": CommentForm(initial={"task": task}, auto_id="comment_%s"),
        "comment_task": task,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, reference: str) -> HttpResponse:
    """Every comment, and a new one. The forms of the other pages are sent here."""
    actor = actor_of(request)
    if request.method == "POST":
        require(rules.may_comment(actor))
    deployment = found(reference)
    context = thread(deployment, actor=actor)
    if request.method == "POST":
        form = CommentForm(request.POST)
        if form.is_valid():
            task = form.cleaned_data["task"]
            try:
                services.comment(
                    deployment=deployment,
                    task=task,
                    text=form.cleaned_data["text"],
                    actor=actor,
                    now=timezone.now(),
                )
            except FieldRefused as refusal:
                form.add_error(refusal.field, str(refusal))
            else:
                messages.success(request, "Your comment is there for everyone to read.")
                if task and request.POST.get("from") == task:
                    return redirect("deployments:task", reference, BY_NAME[task].slug)
                return redirect("deployments:deployment", reference)
        context["comment_form"] = form
    return render(request, "deployments/comments.html", {"deployment": deployment, **context})
