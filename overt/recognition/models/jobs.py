"""What the workers did, and whether they are alive. Rows, because a broker forgets."""

from django.db import models
from django.db.models import Q


class JobOutcome(models.TextChoices):
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    HANDED_ON = "handed_on", "Handed on"
    LOST = "lost", "Lost: another worker took over"
    FAILED = "failed", "Failed"


class JobRun(models.Model):
    """One task on one worker. `fence` is the lease it worked under, for sessions."""

    task = models.CharField(max_length=80)
    queue = models.CharField(max_length=20)
    subject = models.CharField(max_length=60, blank=True, help_text="As session:UUID.")
    worker = models.CharField(max_length=120)
    fence = models.PositiveBigIntegerField(null=True, blank=True)
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=9, choices=JobOutcome, default=JobOutcome.RUNNING)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="running", ended_at__isnull=True)
                | (~Q(outcome="running") & Q(ended_at__isnull=False)),
                name="job_run_ends_with_an_outcome",
            ),
            models.UniqueConstraint(
                fields=["subject", "fence"],
                condition=Q(fence__isnull=False, outcome="running"),
                name="job_run_one_of_a_fence",
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "-started_at"], name="job_run_of_a_subject"),
            models.Index(fields=["outcome", "heartbeat_at"], name="job_run_silent"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.subject} {self.outcome}"


class WorkerSeen(models.Model):
    """When a worker last took a message from a queue."""

    name = models.CharField(max_length=120)
    queue = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "queue"]
        constraints = [
            models.UniqueConstraint(fields=["name", "queue"], name="worker_seen_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.queue}"
