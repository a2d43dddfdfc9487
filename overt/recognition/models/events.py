"""What the system says of a session: counts and outcomes, never a face and never a person."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .sessions import Session


class Manifest(models.Model):
    """What is on the watchlist, in counts. `digest` is over the list, by the system; Overt never
    has the list. Triggers refuse UPDATE and DELETE."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="manifests")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    built_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    under_18 = models.PositiveIntegerField()
    categories = models.JSONField(help_text="Category to count.")
    body_sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="manifest_number_once"),
            models.CheckConstraint(condition=Q(total__gte=1), name="manifest_lists_someone"),
        ]

    def __str__(self) -> str:
        return f"{self.session} manifest {self.number}"


class Batch(models.Model):
    """One signed message. `body` is kept with its signature, as evidence. Triggers refuse UPDATE
    and DELETE."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    body = models.TextField()
    signature = models.TextField()
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="batch_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="batch_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.session} batch {self.number}"


class Counter(models.Model):
    """Faces that one camera saw in one minute. A count never goes down."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="counters")
    camera = models.CharField(max_length=24)
    minute = models.DateTimeField()
    faces_seen = models.PositiveIntegerField()
    batch_number = models.PositiveIntegerField(help_text="Of the batch that said so last.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "camera", "minute"], name="counter_minute_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.camera} {self.minute:%H:%M} {self.faces_seen}"


class Alert(models.Model):
    """One alert, by a name that means nothing outside the system."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="alerts")
    name = models.CharField(max_length=36)
    at = models.DateTimeField()
    camera = models.CharField(max_length=24)

    class Meta:
        ordering = ["session", "at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "name"], name="alert_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session} alert {self.name}"


class Judgement(models.TextChoices):
    TRUE = "true", "True alert"
    FALSE = "false", "False alert"
    UNCONFIRMED = "unconfirmed", "Could not be said"


class AlertOutcome(models.TextChoices):
    ARREST = "arrest", "Arrest"
    OTHER = "other", "Other action"
    NO_ACTION = "no_action", "No action"


class AlertReport(models.Model):
    """What was said of an alert at one time; the last one holds, the others are its history.

    Either in a `batch` or by a `person`. Triggers refuse UPDATE and DELETE.
    """

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="reports")
    decision = models.CharField(max_length=11, choices=Judgement, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    engaged = models.BooleanField(null=True)
    outcome = models.CharField(max_length=9, choices=AlertOutcome, blank=True)
    ethnicity = models.CharField(max_length=2, blank=True, help_text="Self-defined code.")
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["alert", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(batch__isnull=False, person__isnull=True)
                | Q(batch__isnull=True, person__isnull=False),
                name="alert_report_has_one_source",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="alert_decision_is_timed",
            ),
            models.CheckConstraint(
                condition=Q(ethnicity="") | Q(engaged=True), name="alert_ethnicity_where_engaged"
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | ~Q(decision=""), name="alert_outcome_after_decision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alert} {self.decision or 'undecided'}"


class Deletion(models.Model):
    """The system attests that it deleted. Triggers refuse UPDATE and DELETE."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="deletions")
    asset = models.CharField(max_length=60, help_text="A key of the policy's retention section.")
    count = models.PositiveBigIntegerField()
    deleted_at = models.DateTimeField()
    method = models.CharField(max_length=24)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["session", "deleted_at", "pk"]

    def __str__(self) -> str:
        return f"{self.session} {self.asset} {self.count}"
