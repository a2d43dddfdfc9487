"""Hotspot analyses: the job, and the record it leaves."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .areas import Area


class State(models.TextChoices):
    QUEUED = "queued", "Waiting for a worker"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"


class Analysis(models.Model):
    """`parameters` is what was asked for; `record` is the canonical JSON that answers it.

    A refusal is an answer too: it has a record and a digest. `failed` means that the program
    could not finish, and holds one line that says why.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="analyses")
    parameters = models.JSONField()
    policy_name = models.CharField(max_length=80)
    policy_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    stage = models.CharField(max_length=120, blank=True)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Per cent.")
    attempt = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    record = models.TextField(blank=True)
    summary = models.JSONField(default=dict)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        verbose_name_plural = "analyses"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="analysis_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "refused"])
                | (~Q(digest="") & ~Q(record="") & Q(finished_at__isnull=False)),
                name="analysis_answer_has_a_record",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(state="done"),
                name="analysis_published_only_when_done",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="analysis_progress_cent"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.digest[:12] or self.state}"
