"""Celery entry points: they only call services."""

import contextlib
import os
import socket
import threading
from typing import Any
from uuid import UUID

from celery import shared_task
from celery.signals import task_prerun, worker_ready, worker_shutting_down
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from overt.accounts.actors import Actor

from .services import jobs, working

_stopping = threading.Event()


def _holder() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


@shared_task(name="overt.recognition.look_around")
def look_around() -> None:
    working.look_around(actor=Actor.of_command("beat"), now=timezone.now())


@shared_task(name="overt.recognition.run_slice")
def run_slice(session_id: str, handed_on: int | None = None) -> None:
    fence = working.run_slice(
        session_id=UUID(session_id),
        handed_on=handed_on,
        holder=_holder(),
        pace=working.Pace.configured(),
        actor=Actor.of_command("worker"),
        clock=timezone.now,
        wait=_stopping,
    )
    if fence is not None:
        working.send(UUID(session_id), fence)


@shared_task(name="overt.recognition.tidy_jobs")
def tidy_jobs() -> None:
    jobs.tidy(now=timezone.now())


@worker_ready.connect
def look_when_a_worker_starts(**_: Any) -> None:
    working.look_around(actor=Actor.of_command("worker"), now=timezone.now())


@worker_shutting_down.connect
def hand_on_when_a_worker_stops(**_: Any) -> None:
    _stopping.set()


@task_prerun.connect
def note_a_worker(task: Any = None, **_: Any) -> None:
    """A worker can look alive and take no message after its broker was away: so that it took one is
    what counts."""
    request = getattr(task, "request", None)
    if request is None or not request.hostname:
        return
    queue = (request.delivery_info or {}).get("routing_key") or ""
    with contextlib.suppress(DatabaseError, InterfaceError):
        jobs.note_worker(name=request.hostname, queue=queue, now=timezone.now())
