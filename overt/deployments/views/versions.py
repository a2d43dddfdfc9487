"""Check answers and submit; versions, their document, and what changed between two."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from overt.accounts.permissions import actor_of, require
from overt.deployments import rules
from overt.deployments.application import diff
from overt.deployments.application.document import not_confirmed
from overt.deployments.application.tasks import BY_NAME, TASKS
from overt.deployments.application.words import Row, Section, rows
from overt.deployments.errors import CalendarConflict, DeploymentError, NotComplete
from overt.deployments.selectors.frozen import Frozen, NotAsSubmitted, Unconfirmed, frozen
from overt.deployments.selectors.overview import Overview, in_the_way, overview
from overt.deployments.services import submitting
from overt.deployments.views.application_found import found, keep_read, seen_revision, version_of
from overt.policy.describe import describe


@require_http_methods(["GET", "HEAD", "POST"])
def check_answers(request: HttpRequest, reference: str) -> HttpResponse:
    """Every answer on one page, what is missing, and the button that submits."""
    actor, now = actor_of(request), timezone.now()
    if request.method == "POST":
        require(rules.may_apply(actor))
    deployment = found(reference)
    problems: list[dict[str, str]] = []
    if request.method == "POST":
        try:
            version = submitting.submit(
                deployment=deployment,
                seen_revision=seen_revision(request.POST.get("seen_revision")),
                actor=actor,
                now=now,
            )
        except NotComplete as refusal:
            problems = [
                {
                    "task": BY_NAME[item.task].slug,
                    "text": f"{BY_NAME[item.task].title}: {item.reason}",
                }
                for item in refusal.missing
            ]
        except CalendarConflict as refusal:
            problems = [{"task": "resources", "text": str(refusal)}]
        except DeploymentError as refusal:
            problems = [{"task": "", "text": str(refusal)}]
        else:
            messages.success(
                request,
                f"Version {version.number} is submitted, digest {version.short_digest}. "
                "A legal adviser reviews it next.",
            )
            return redirect("deployments:deployment", reference)
        deployment = found(reference)
    keep_read(request, deployment, "deployments:check_answers")
    shown = overview(deployment, now=now)
    context = {
        "deployment": deployment,
        "overview": shown,
        "sections": _answers(shown),
        "problems": problems,
        "conflicts": in_the_way(shown) if deployment.is_draft else [],
        "unconfirmed": _unconfirmed(shown),
        "may_apply": rules.may_apply(actor),
        "next_number": deployment.versions.count() + 1,
    }
    return render(
        request, "deployments/check_answers.html", context, status=409 if problems else 200
    )


@require_safe
def version(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One version as it was submitted."""
    deployment = found(reference)
    one = version_of(deployment, number)
    keep_read(request, deployment, "deployments:version")
    context: dict[str, Any] = {"deployment": deployment, "version": one}
    try:
        context["frozen"] = frozen(one)
    except NotAsSubmitted as problem:
        return render(
            request, "deployments/version.html", context | {"problem": str(problem)}, status=409
        )
    context |= {
        "authors": [author.person for author in one.authors.select_related("person")],
        "determinations": one.determinations.select_related("person", "end", "end__person"),
        "others": deployment.versions.exclude(pk=one.pk).defer("document"),
        "is_current": deployment.current_version_id == one.pk,
    }
    return render(request, "deployments/version.html", context)


@require_safe
def application_json(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The canonical bytes that the digest is over."""
    deployment = found(reference)
    one = version_of(deployment, number)
    keep_read(request, deployment, "deployments:application_json")
    response = HttpResponse(one.document.encode(), content_type="application/json")
    name = f"{reference}-version-{number}-{one.short_digest}-application.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def difference(request: HttpRequest, reference: str, older: int, newer: int) -> HttpResponse:
    """Two versions side by side; all of them with ?all=1, else only what changed."""
    deployment = found(reference)
    one, other = version_of(deployment, older), version_of(deployment, newer)
    keep_read(request, deployment, "deployments:difference")
    context: dict[str, Any] = {"deployment": deployment, "older": one, "newer": other}
    try:
        compared = diff.compare(_whole(frozen(one)), _whole(frozen(other)))
    except NotAsSubmitted as problem:
        return render(
            request, "deployments/difference.html", context | {"problem": str(problem)}, status=409
        )
    everything = request.GET.get("all") == "1"
    context |= {
        "everything": everything,
        "compared": [
            (section, [row for row in section.rows if everything or row.changed])
            for section in compared
            if everything or section.changed
        ],
        "changes": sum(row.changed for section in compared for row in section.rows),
    }
    return render(request, "deployments/difference.html", context)


def _answers(shown: Overview) -> list[dict[str, Any]]:
    return [
        {
            "task": task,
            "rows": rows(task.name, getattr(shown.draft, task.name), shown.profile),
            "missing": shown.by_task[task.name],
        }
        for task in TASKS
    ]


def _unconfirmed(shown: Overview) -> list[Unconfirmed]:
    labels = {row.field: row.label for part in describe(shown.profile) for row in part.rows}
    return [
        Unconfirmed(labels.get(item["field"], ""), item["value"], item["status"], item["source"])
        for item in not_confirmed(shown.draft, shown.profile)
    ]


def _whole(one: Frozen) -> list[Section]:
    """Title and policy as a section before the tasks."""
    policy = one.document["policy"]
    first = Section(
        "Application",
        (
            Row("Title", (one.document["title"],), "title"),
            Row("Policy profile", (policy["name"], f"Digest {policy['digest']}"), "policy"),
        ),
        "application",
    )
    return [first, *one.sections]
