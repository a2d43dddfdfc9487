"""Notices: what the public is told, version by version. Triggers refuse UPDATE and DELETE."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .versions import Version


class NoticeKind(models.TextChoices):
    ANNOUNCEMENT = "announcement", "Announcement"
    CHANGE = "change", "Change"
    CANCELLATION = "cancellation", "Cancellation"


class Notice(models.Model):
    """Published at `published_at`. `document` is its canonical JSON, `digest` the sha256.

    `lead_hours` is the whole hours from publication to the start; `exception_reason` is given where
    the lead time was not kept, and is itself published.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="notices")
    deployment = models.ForeignKey("Deployment", on_delete=models.PROTECT, related_name="notices")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=NoticeKind)
    place = models.CharField(max_length=200, help_text="Coarse, as the public reads it.")
    borough = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField()
    lead_hours = models.IntegerField()
    exception_reason = models.TextField(blank=True)
    document = models.TextField()
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["deployment", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["deployment", "number"], name="notice_number_once"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind"),
        ]
        indexes = [models.Index(fields=["-published_at"], name="notice_published")]

    def __str__(self) -> str:
        return f"{self.deployment} notice {self.number}"
