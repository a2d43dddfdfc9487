"""The Celery application: `celery -A overt.config worker -Q analysis,default`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "overt.config.settings")

app = Celery("overt")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
