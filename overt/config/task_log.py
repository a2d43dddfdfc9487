"""Says in each line that a task logs which task it is, and which request asked for it."""

import logging
from typing import Any

from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun

from . import logs

_HEADER = "overt_request_id"


@setup_logging.connect
def keep_our_lines(loglevel: Any = None, **_: Any) -> None:
    """Celery writes as Django's settings say, with as much as its own `--loglevel` asks for."""
    logging.getLogger("celery").setLevel(loglevel)


@before_task_publish.connect
def pass_on_the_request(headers: dict[str, Any] | None = None, **_: Any) -> None:
    request_id = logs.request_id()
    if request_id and headers is not None:
        headers[_HEADER] = request_id


@task_prerun.connect
def begin(task_id: str = "", task: Any = None, **_: Any) -> None:
    request_id = task.request.get(_HEADER) or ""
    logs.begin(logs.Context(request_id=request_id, task=task_id, task_name=task.name))


@task_postrun.connect
def end(**_: Any) -> None:
    logs.begin(None)
