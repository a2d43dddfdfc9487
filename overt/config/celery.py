"""The Celery application: `celery -A overt.config worker -Q recognition,gpu,analysis,default`."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["folder"] = "overt.config.folder_broker:Transport"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "overt.config.settings")

app = Celery("overt")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
