"""Celery entry point: it only calls a service."""

from celery import shared_task
from django.utils import timezone

from .services import make_checkpoint


@shared_task(name="overt.ledger.checkpoint")
def checkpoint() -> None:
    make_checkpoint(actor="command:beat:ledger", now=timezone.now())
