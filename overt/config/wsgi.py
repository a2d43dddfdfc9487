"""What a WSGI server loads: `gunicorn overt.config.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "overt.config.settings")
application = get_wsgi_application()
