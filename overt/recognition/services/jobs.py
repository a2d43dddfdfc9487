"""The rows that say what workers do. No state of a session rests on them."""

from datetime import datetime, timedelta

from django.conf import settings

from overt.recognition.models import JobOutcome, JobRun, WorkerSeen


def note_worker(*, name: str, queue: str, now: datetime) -> None:
    """`name` took a message from `queue`."""
    WorkerSeen.objects.update_or_create(
        name=name,
        queue=queue,
        defaults={"seen_at": now},
        create_defaults={"seen_at": now, "started_at": now},
    )


def tidy(*, now: datetime) -> int:
    """Forget runs that ended long ago, and workers that are long gone; how many runs there were."""
    oldest = now - timedelta(days=settings.JOB_RUNS_KEPT_DAYS)
    WorkerSeen.objects.filter(seen_at__lt=oldest).delete()
    gone, _ = (
        JobRun.objects.filter(ended_at__lt=oldest).exclude(outcome=JobOutcome.RUNNING).delete()
    )
    return gone
