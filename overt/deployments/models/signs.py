"""Signs on the street: where each is planned, and what was seen of it. No photographs."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .deployments import Deployment


class Sign(models.Model):
    """A planned sign of a submitted version. `token` is in its QR code, and in no list.

    A sign that a later version no longer plans is retired: its code then leads to the notice.
    """

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="signs")
    code = models.CharField(max_length=8, help_text="As S3.")
    token = models.CharField(max_length=43, unique=True)
    easting = models.IntegerField(help_text="BNG, cm.")
    northing = models.IntegerField(help_text="BNG, cm.")
    description = models.CharField(max_length=200, blank=True)
    planned_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["deployment", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["deployment", "code"],
                condition=Q(retired_at__isnull=True),
                name="sign_code_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deployment} {self.code}"


class CheckKind(models.TextChoices):
    PLACED = "placed", "Placed"
    RECHECKED = "rechecked", "Still in place"
    MISSING = "missing", "Missing"


class SignCheck(models.Model):
    """What one person saw of one sign. Location from their browser, where it gave one.

    `key` comes from the page that was answered, so that an answer sent twice counts once.
    Triggers refuse UPDATE and DELETE (`sign_triggers.py`).
    """

    sign = models.ForeignKey(Sign, on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=9, choices=CheckKind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    easting = models.IntegerField(null=True, blank=True, help_text="BNG, cm.")
    northing = models.IntegerField(null=True, blank=True, help_text="BNG, cm.")
    accuracy_m = models.PositiveIntegerField(null=True, blank=True)
    distance_m = models.PositiveIntegerField(null=True, blank=True, help_text="From the plan.")
    note = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=36, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CheckKind.values), name="sign_check_kind"),
            models.UniqueConstraint(
                fields=["sign", "person", "key"],
                condition=~Q(key=""),
                name="sign_check_once",
            ),
        ]
        indexes = [models.Index(fields=["sign", "-at"], name="sign_check_latest")]

    def __str__(self) -> str:
        return f"{self.sign} {self.kind}"
