"""The papers of a deployment, made when they are asked for. A draft has none."""

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from overt.accounts.permissions import actor_of
from overt.deployments.models import NoticeKind, Version
from overt.deployments.papers import contents, printing
from overt.deployments.selectors.frozen import NotAsSubmitted, frozen
from overt.deployments.selectors.notices import latest
from overt.deployments.selectors.standing import standing
from overt.deployments.selectors.surroundings import surroundings
from overt.ledger import services as ledger


@require_safe
def application_pdf(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    version = _version(request, "deployments:application_pdf", reference, number)
    try:
        page = contents.application(frozen(version))
    except NotAsSubmitted as fault:
        return _faulty(request, version, fault)
    return _file(version, printing.pdf(page), "application/pdf", "application.pdf")


@require_safe
def authority_pdf(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Also of a refusal; not found before anything was decided."""
    version = _version(request, "deployments:authority_pdf", reference, number)
    held = standing(version.deployment, version)
    if held.review is None and held.oral is None and held.written is None:
        raise Http404("Nothing was decided on this version.")
    try:
        page = contents.authority(frozen(version), held, now=timezone.now())
    except NotAsSubmitted as fault:
        return _faulty(request, version, fault)
    return _file(version, printing.pdf(page), "application/pdf", "authority.pdf")


@require_safe
def briefing_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """Of the current version."""
    version = _version(request, "deployments:briefing_pdf", reference, None)
    held = standing(version.deployment, version)
    notice = latest(version.deployment)
    if notice is not None and notice.kind == NoticeKind.CANCELLATION:
        notice = None
    try:
        shown = frozen(version)
        page = contents.briefing(
            shown, held, around=surroundings(shown), notice=notice, now=timezone.now()
        )
    except NotAsSubmitted as fault:
        return _faulty(request, version, fault)
    return _file(version, printing.pdf(page), "application/pdf", "briefing.pdf")


def _version(request: HttpRequest, page: str, reference: str, number: int | None) -> Version:
    """The version `number`, or the current one; the ledger notes that it was read."""
    versions = Version.objects.select_related("deployment", "author")
    wanted = (
        {"deployment__current_version__pk": models.F("pk")}
        if number is None
        else {"number": number}
    )
    found = get_object_or_404(versions, deployment__reference=reference, **wanted)
    ledger.record_read(
        actor=actor_of(request).label,
        page=page,
        subject=found.deployment.subject,
        now=timezone.now(),
    )
    return found


def _file(version: Version, content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    shown = (
        f"{version.deployment.reference.lower()}-v{version.number}-{version.short_digest}-{name}"
    )
    response["Content-Disposition"] = f'attachment; filename="{shown}"'
    # What stands may change at any moment, and the zone is not for other eyes.
    response["Cache-Control"] = "private, no-store"
    return response


def _faulty(request: HttpRequest, version: Version, fault: NotAsSubmitted) -> HttpResponse:
    context = {"deployment": version.deployment, "reason": str(fault)}
    return render(request, "deployments/papers/faulty.html", context, status=409)
