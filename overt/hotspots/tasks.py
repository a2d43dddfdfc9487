"""Celery entry points: they only call services."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.utils import timezone

from overt.accounts.actors import Actor

from .services import analyses, evidence, jobs


@shared_task(name="overt.hotspots.run_analysis")
def run_analysis(analysis_id: int) -> None:
    answered = analyses.run(
        analysis_id=analysis_id, actor=Actor.of_command("worker"), clock=timezone.now
    )
    if answered is not None and answered.record:
        evidence.prepare(answered)


@shared_task(name="overt.hotspots.requeue_stalled")
def requeue_stalled() -> None:
    jobs.requeue_stalled(now=timezone.now())


@worker_ready.connect
def requeue_when_a_worker_starts(**_: Any) -> None:
    jobs.requeue_stalled(now=timezone.now())
