"""Celery entry points: they only call services."""

from celery import shared_task
from django.utils import timezone

from overt.accounts.actors import Actor

from .services import passing


@shared_task(name="overt.deployments.expire")
def expire() -> None:
    passing.pass_time(actor=Actor.of_command("expire_deployments"), now=timezone.now())
