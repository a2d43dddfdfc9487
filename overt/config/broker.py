"""What waits in the broker's queues, asked so that a broker that hangs is given up soon."""

from typing import Any

from django.conf import settings
from kombu import Connection
from kombu.exceptions import ChannelError

from . import celery_app

# Seconds, for Redis, which is tried twice; a folder does not hang.
_IMPATIENT = {
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
}


def queues() -> tuple[str, ...]:
    """The queues that tasks are routed to."""
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    return tuple(sorted(routed | {settings.CELERY_TASK_DEFAULT_QUEUE}))


def depths() -> dict[str, int]:
    """How many messages wait in each queue. Raises OSError or KombuError where the broker does not
    answer."""
    url = settings.CELERY_BROKER_URL
    patience = _IMPATIENT if url.startswith(("redis", "rediss")) else {}
    options = celery_app.conf.broker_transport_options | patience
    with Connection(url, transport_options=options) as connection:
        channel: Any = connection.default_channel
        found = {}
        for queue in queues():
            try:
                found[queue] = channel.queue_declare(queue, passive=True).message_count
            except ChannelError:  # nothing was ever put there
                found[queue] = 0
        return found
