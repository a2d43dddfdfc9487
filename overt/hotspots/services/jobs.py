"""Puts analyses into the hands of workers, and again when a worker or a message was lost.

The database is the truth about a job. A message only says "look at analysis 7": to lose one, or
to send one twice, does no harm.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from kombu.exceptions import OperationalError

from overt.hotspots.models import Analysis
from overt.hotspots.models.analyses import State

from .analyses import STALE_AFTER

_log = logging.getLogger(__name__)


def send(*, analysis: Analysis) -> None:
    """Have a worker run `analysis`, once the current transaction has committed.

    Where the broker does not answer, the analysis stays queued until `requeue_stalled` finds it.
    """
    transaction.on_commit(lambda: _tell_workers(analysis.pk))


def _tell_workers(analysis_id: int) -> None:
    from overt.hotspots.tasks import run_analysis  # tasks call services

    try:
        run_analysis.delay(analysis_id)
    except OperationalError as error:
        _log.warning("Analysis %s waits for the broker to come back: %s", analysis_id, error)


@transaction.atomic
def requeue_stalled(*, now: datetime) -> int:
    """Send again what was queued or started and has not been heard of; how many there were."""
    silent = Analysis.objects.select_for_update().filter(
        Q(state=State.QUEUED, requested_at__lt=now - STALE_AFTER)
        & (Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=now - STALE_AFTER))
        | Q(state=State.RUNNING, heartbeat_at__lt=now - STALE_AFTER)
    )
    stalled = list(silent.only("pk"))
    for analysis in stalled:
        send(analysis=analysis)
    # Counts as a sign of life for the queued, so that they are not sent again at every look.
    Analysis.objects.filter(pk__in=[a.pk for a in stalled], state=State.QUEUED).update(
        heartbeat_at=now
    )
    return len(stalled)
