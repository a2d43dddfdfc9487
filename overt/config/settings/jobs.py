"""Celery: by default a broker that is a folder, so that no server is needed; Redis by URL.

The database, not the broker, is the truth about a job: a lost message is found and sent again
(`overt.hotspots.services.jobs.requeue_stalled`), so results are not kept in a result backend.
"""

from overt.config.env import DATA_DIR, PRODUCTION, env, number, required

from .ledger import CHECKPOINT_MINUTES

if PRODUCTION:
    CELERY_BROKER_URL = required("OVERT_BROKER_URL", "production workers share a Redis broker.")
else:
    CELERY_BROKER_URL = env.str("OVERT_BROKER_URL", "folder://")

if CELERY_BROKER_URL.startswith("folder://"):
    _queue = DATA_DIR / "queue"
    for _folder in ("messages", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.2,  # seconds
    }

if CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # Every task is shorter: one that is not would be given to a second worker.
        "visibility_timeout": 3600,  # seconds
        # What a dead worker had taken comes back within seconds, not after the default 90.
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 10,
        "socket_connect_timeout": 5,
        "health_check_interval": 10,
    }

# Sessions. A lease is taken over this long after its worker's last sign of life; beat looks around
# at LOOK; so a dead worker is replaced within the sum of both.
SESSION_LEASE_SECONDS: int = number("OVERT_SESSION_LEASE_SECONDS", 8)
SESSION_LOOK_SECONDS: int = number("OVERT_SESSION_LOOK_SECONDS", 3)
SESSION_TICK_SECONDS: int = number("OVERT_SESSION_TICK_SECONDS", 1)
SESSION_SLICE_SECONDS: int = number("OVERT_SESSION_SLICE_SECONDS", 30)
# How often a system is told to ask for its next permit.
PERMIT_POLL_SECONDS: int = number("OVERT_PERMIT_POLL_SECONDS", 10)
JOB_RUNS_KEPT_DAYS: int = number("OVERT_JOB_RUNS_KEPT_DAYS", 30)

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "overt.hotspots.*": {"queue": "analysis"},
    "overt.recognition.*": {"queue": "recognition"},
}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# In UTC an interval is one also in the nights on which the clocks change.
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# A lost message or a dead worker must not lose a job: look for both twice a minute.
CELERY_BEAT_SCHEDULE = {
    "requeue stalled analyses": {"task": "overt.hotspots.requeue_stalled", "schedule": 30.0},
    "let deployments expire and authorities lapse": {
        "task": "overt.deployments.expire",
        "schedule": 60.0,
    },
    "open due sessions, and send workers to those without": {
        "task": "overt.recognition.look_around",
        "schedule": float(SESSION_LOOK_SECONDS),
        # One that waited longer has nothing to say that the next does not.
        "options": {"expires": 10.0 * SESSION_LOOK_SECONDS},
    },
    "forget old job runs": {"task": "overt.recognition.tidy_jobs", "schedule": 3600.0},
    "sign a checkpoint": {"task": "overt.ledger.checkpoint", "schedule": CHECKPOINT_MINUTES * 60.0},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
