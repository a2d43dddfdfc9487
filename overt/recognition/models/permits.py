"""Every answer to a request for a permit. Triggers refuse UPDATE and DELETE."""

from django.db import models
from django.db.models import F, Q

from .sessions import Session


class PermitDecision(models.Model):
    """A permit that was given (`sequence`, `expires_at`, `sha256` of its text), or a refusal with
    the gate that failed (`refusal`, `detail`).

    `gates` is the evidence as canonical JSON where it differs from that of the decision before,
    and empty where it does not: a session asks a thousand times a day and is told the same.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="permit_decisions")
    request = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    sequence = models.PositiveIntegerField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    key = models.CharField(max_length=43, blank=True)
    refusal = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=600, blank=True)
    gates = models.TextField(blank=True)

    class Meta:
        ordering = ["session", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "request"], name="permit_request_once"),
            models.UniqueConstraint(fields=["session", "sequence"], name="permit_sequence_once"),
            models.CheckConstraint(
                condition=Q(
                    sequence__isnull=False,
                    sequence__gte=1,
                    expires_at__isnull=False,
                    expires_at__gt=F("at"),
                    refusal="",
                )
                | (
                    Q(sequence__isnull=True, expires_at__isnull=True, sha256="", key="")
                    & ~Q(refusal="")
                ),
                name="permit_is_given_or_refused",
            ),
        ]
        indexes = [models.Index(fields=["session", "-at"], name="permit_latest")]

    def __str__(self) -> str:
        return f"{self.session} {self.sequence or self.refusal}"
