"""Versions: what was submitted, frozen. Triggers refuse UPDATE and DELETE."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .deployments import Deployment


class Version(models.Model):
    """`document` is canonical JSON (RFC 8785), `digest` its sha256.

    What a decision is held to stands here in columns, as the pinned profile gives it, so that the
    database can check a decision by itself. Levels are places in the order of ranks, from 0.
    """

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    document = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    review_required = models.BooleanField()
    authorising_level = models.PositiveSmallIntegerField()
    urgent_level = models.PositiveSmallIntegerField()
    urgent_written_hours = models.PositiveIntegerField()

    class Meta:
        ordering = ["deployment", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["deployment", "number"], name="version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.deployment} version {self.number}"

    @property
    def short_digest(self) -> str:
        return self.digest[:12]


class VersionAuthor(models.Model):
    """Everyone who wrote on this version. None of them may review or authorise it."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="authors")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="version_author_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.person}"
