"""Celery: by default a broker that is a folder, so that no server is needed; Redis by URL.

The database, not the broker, is the truth about a job: a lost message is found and sent again
(`overt.hotspots.services.jobs.requeue_stalled`), so results are not kept in a result backend.
"""

from overt.config.env import DATA_DIR, PRODUCTION, env, required

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

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"overt.hotspots.*": {"queue": "analysis"}}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "Europe/London"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# A lost message or a dead worker must not lose a job: look for both twice a minute.
CELERY_BEAT_SCHEDULE = {
    "requeue stalled analyses": {"task": "overt.hotspots.requeue_stalled", "schedule": 30.0},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
