"""What every page of an application starts with."""

from django.http import Http404, HttpRequest
from django.utils import timezone

from overt.accounts.permissions import actor_of
from overt.deployments.models import Deployment, Version
from overt.ledger import services as ledger

NAMED = ("borough__boundary", "current_version__document")


def found(reference: str) -> Deployment:
    """The deployment with its draft. Raises Http404. Asked only after who may ask."""
    rows = Deployment.objects.select_related("borough", "created_by", "current_version")
    deployment = rows.defer(*NAMED).filter(reference=reference).first()
    if deployment is None:
        raise Http404(f"There is no deployment {reference}.")
    return deployment


def version_of(deployment: Deployment, number: int) -> Version:
    """Raises Http404."""
    rows = Version.objects.select_related("author")
    version = rows.filter(deployment=deployment, number=number).first()
    if version is None:
        raise Http404(f"{deployment.reference} has no version {number}.")
    return version


def keep_read(request: HttpRequest, deployment: Deployment, page: str) -> None:
    """The zone is for those who work with it: the ledger keeps who opened a page that shows it."""
    ledger.record_read(
        actor=actor_of(request).label, page=page, subject=deployment.subject, now=timezone.now()
    )


def seen_revision(sent: str | None) -> int:
    """The revision that the page showed; one that no draft has where it cannot be read."""
    return int(sent) if sent and sent.isascii() and sent.isdigit() and len(sent) < 10 else -1
