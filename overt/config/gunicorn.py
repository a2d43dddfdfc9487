"""How the web server runs: `gunicorn --config python:overt.config.gunicorn overt.config.wsgi`.

Where it listens, and with how many workers, is said where it is started.
"""

import gc
from importlib import import_module
from typing import Any

from overt.config.env import PRODUCTION
from overt.config.logs import configuration

worker_class = "gthread"
threads = 8
# Longer than any page takes; evidence packs are made by workers.
timeout = 60
graceful_timeout = 30
# What a worker may have kept of many requests goes with it.
max_requests = 10_000
max_requests_jitter = 1_000
# Overt's own addresses are short, and so is every header it reads.
limit_request_line = 4094
limit_request_fields = 60
# Another way to command the server than its service would be one to guard.
control_socket_disable = True
logconfig_dict = configuration(as_json=PRODUCTION)


def post_worker_init(worker: Any) -> None:
    """Load what the first request would, and keep it out of the way of garbage collection: to go
    through all of it takes a tenth of a second, in which a request for a permit waits."""
    import_module("overt.config.urls")
    gc.collect()
    gc.freeze()
