"""The account of a session: what had to be explained, a test, and what was published."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .sessions import Session


class Explanation(models.Model):
    """A person's words on one discrepancy. Triggers refuse UPDATE and DELETE.

    `sha256` is over the discrepancy as it read: one that reads otherwise later is unexplained.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="explanations")
    name = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    words = models.TextField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["session", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="explanation_says_something"),
            models.UniqueConstraint(fields=["session", "sha256"], name="explanation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.name}"


class SeededTest(models.Model):
    """What a seeded test came to: people who agreed to it and were on the list walked past. Counts
    alone, and how it was made; never who. The last one holds. Triggers refuse UPDATE and DELETE."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="seeded_tests")
    passes = models.PositiveIntegerField()
    correct_alerts = models.PositiveIntegerField()
    words = models.TextField(help_text="How it was made.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["session", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(passes__gte=1, correct_alerts__lte=F("passes")) & ~Q(words=""),
                name="seeded_test_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.correct_alerts} of {self.passes}"


class Record(models.Model):
    """One published version of a session's record. Triggers refuse UPDATE and DELETE.

    `document` is canonical JSON (RFC 8785), `digest` its sha256.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="records")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    document = models.TextField()
    reason = models.CharField(max_length=2000, blank=True, help_text="Of a correction.")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["session", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="record_number_once"),
            models.CheckConstraint(
                condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
                name="record_correction_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} record {self.number}"
