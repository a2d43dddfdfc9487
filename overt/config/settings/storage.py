"""Where files live. Crime tables and evidence packs go through Django's storage API."""

from overt.config.env import DATA_DIR, MODE, ROOT

STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files"), "base_url": None},
    },
    "crimes": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "crimes"), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if MODE != "test"
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}

STATIC_URL = "static/"
STATIC_ROOT = ROOT / "build" / "static"
STATICFILES_DIRS = [
    ROOT / "static",
    ROOT / "build" / "css",
    ("leaflet", ROOT / "node_modules" / "leaflet" / "dist"),
    ("govuk", ROOT / "node_modules" / "govuk-frontend" / "dist" / "govuk"),
    ("geoman", ROOT / "node_modules" / "@geoman-io" / "leaflet-geoman-free" / "dist"),
    ("htmx", ROOT / "node_modules" / "htmx.org" / "dist"),
]
