"""Decisions on a version, and the ends of authorities. Triggers refuse UPDATE and DELETE."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .versions import Version


class Kind(models.TextChoices):
    REVIEW = "review", "Legal review"
    ORAL = "oral", "Urgent oral authority"
    AUTHORITY = "authority", "Written authority"


class Outcome(models.TextChoices):
    GIVEN = "given", "Given"
    REFUSED = "refused", "Refused"


class Determination(models.Model):
    """One person's decision on one version: a review that supports it, or an authority.

    `seen_digest` is the digest that the page showed beside the button. `rank` is the person's at
    that moment. `valid_until` ends an authority: with the deployment, or for an oral one when it
    should be in writing.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="determinations")
    kind = models.CharField(max_length=9, choices=Kind)
    outcome = models.CharField(max_length=7, choices=Outcome)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rank = models.CharField(max_length=24)
    at = models.DateTimeField()
    seen_digest = models.CharField(max_length=64)
    reason = models.TextField()
    conditions = models.TextField(blank=True)
    oral_given_at = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "kind"], name="determination_kind_once"),
            models.UniqueConstraint(
                fields=["version", "person"],
                condition=~Q(kind="oral"),
                name="determination_person_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="determination_kind"),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="determination_outcome"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="determination_has_a_reason"),
            models.CheckConstraint(
                condition=Q(kind="oral", oral_given_at__isnull=False, outcome="given")
                | (~Q(kind="oral") & Q(oral_given_at__isnull=True)),
                name="determination_oral_is_timed",
            ),
            models.CheckConstraint(
                condition=Q(oral_given_at__isnull=True) | Q(oral_given_at__lte=F("at")),
                name="determination_oral_came_before",
            ),
            models.CheckConstraint(
                condition=Q(kind="review")
                | Q(outcome="refused")
                | (Q(valid_until__isnull=False) & Q(valid_until__gt=F("at"))),
                name="determination_authority_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.kind} {self.outcome}"


class EndKind(models.TextChoices):
    WITHDRAWN = "withdrawn", "Withdrawn"
    EDITED = "edited", "Lapsed: the application was changed"
    UNWRITTEN = "unwritten", "Lapsed: an oral authority was not put in writing in time"
    CANCELLED = "cancelled", "Ended: the deployment was cancelled"
    EXPIRED = "expired", "Expired"
    REFUSED = "refused", "Ended: the written authority was refused"


class AuthorityEnd(models.Model):
    """The end of one authority before its time. `person` is None where a job found it lapsed."""

    authority = models.OneToOneField(
        Determination, on_delete=models.PROTECT, related_name="end", primary_key=True
    )
    kind = models.CharField(max_length=9, choices=EndKind)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    rank = models.CharField(max_length=24, blank=True)
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EndKind.values), name="authority_end_kind"),
            models.CheckConstraint(condition=~Q(reason=""), name="authority_end_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(kind="withdrawn") | Q(person__isnull=False),
                name="authority_withdrawn_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority_id} {self.kind}"
