"""The list of deployments, a new one, and a deployment's own page."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from overt.accounts.permissions import actor_of, require
from overt.deployments import rules, states
from overt.deployments.application.tasks import TASKS
from overt.deployments.errors import FieldRefused
from overt.deployments.forms.changes import TitleForm
from overt.deployments.forms.listing import FilterForm
from overt.deployments.selectors import lists, notices
from overt.deployments.selectors.overview import NEXT, overview
from overt.deployments.services import drafts
from overt.deployments.views.application_found import found
from overt.deployments.views.comments import thread
from overt.deployments.views.panels import panels
from overt.policy import profiles


@require_safe
def deployments(request: HttpRequest) -> HttpResponse:
    wanted = lists.Filter.of(request.GET.dict())
    use_cases = {key: one.name.value for key, one in profiles.load().use_cases.items()}
    used = {key: use_cases.get(key, key.replace("_", " ")) for key in lists.use_cases_used()}
    page = lists.page(wanted, request.GET.get("page"))
    for row in page:
        row.use_case_name = used.get(row.use_case, "")  # type: ignore[attr-defined]
    kept = {name: value for name, value in vars(wanted).items() if value and name != "sort"}
    if wanted.sort != lists.Filter.sort:
        kept["sort"] = wanted.sort
    may_apply = rules.may_apply(actor_of(request))
    context = {
        "form": FilterForm(
            vars(wanted), boroughs=lists.boroughs_used(), use_cases=list(used.items())
        ),
        "page": page,
        "wanted": wanted,
        "query": f"{urlencode(kept)}&" if kept else "",
        "may_apply": may_apply,
        "owed": notices.owed() if may_apply.allowed else [],
    }
    return render(request, "deployments/deployments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require(rules.may_apply(actor))
    form = TitleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = drafts.create(title=form.cleaned_data["title"], actor=actor, now=timezone.now())
        except FieldRefused as refusal:
            form.add_error("title", str(refusal))
        else:
            return redirect("deployments:tasks", made.reference)
    return render(request, "deployments/new.html", {"form": form})


@require_safe
def deployment(request: HttpRequest, reference: str) -> HttpResponse:
    """State, what comes next, key facts, the panels of the other parts, versions, comments."""
    actor, now = actor_of(request), timezone.now()
    one = found(reference)
    shown = panels(one, actor=actor, now=now)
    versions = one.versions.select_related("author").defer("document")
    context: dict[str, Any] = {
        "deployment": one,
        "next": NEXT[one.state],
        "beside": [panel for panel in shown if panel.part != "timeline"],
        "beneath": [panel for panel in shown if panel.part == "timeline"],
        "versions": list(versions),
        "may_apply": rules.may_apply(actor),
        "may_reopen": one.state in states.EDITABLE_AGAIN,
        "may_cancel": one.state in states.CANCELLABLE,
        "use_case_name": _use_case_name(one.use_case),
        "tasks": len(TASKS),
        **thread(one, actor=actor),
    }
    if one.is_draft:
        context["overview"] = overview(one, now=now)
    return render(request, "deployments/deployment.html", context)


def _use_case_name(key: str) -> str:
    chosen = profiles.load().use_cases.get(key)
    return chosen.name.value if chosen else key.replace("_", " ")
