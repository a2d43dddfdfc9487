"""Notes that beat is alive: a worker took the message that nobody else sends.

Beat itself writes nothing, so that a database that hangs does not hold up what it sends.
"""

import contextlib
from typing import Any

from celery.signals import task_prerun
from django.db import Error
from django.utils import timezone

from overt.recognition.services import jobs

# Its row among those of the workers, by name and by queue.
BEAT = "beat"
_SENT_BY_BEAT = "overt.recognition.look_around"


@task_prerun.connect
def note_beat(task: Any = None, **_: Any) -> None:
    if task.name == _SENT_BY_BEAT and task.request.hostname:
        with contextlib.suppress(Error):
            jobs.note_worker(name=BEAT, queue=BEAT, now=timezone.now())
