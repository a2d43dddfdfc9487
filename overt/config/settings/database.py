"""SQLite beside the data by default; PostgreSQL by OVERT_DATABASE_URL."""

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from overt.config.env import DATA_DIR, PRODUCTION, env, required

if PRODUCTION:
    _url = required("OVERT_DATABASE_URL", "production runs on PostgreSQL.")
else:
    _url = env.str("OVERT_DATABASE_URL", f"sqlite:///{DATA_DIR / 'overt.sqlite3'}")
    DATA_DIR.mkdir(parents=True, exist_ok=True)

_SUPPORTED = ("sqlite:", "postgres:", "postgresql:")
try:
    if not _url.startswith(_SUPPORTED):
        raise ValueError("another kind of database")
    # A new connection to PostgreSQL costs a permit tens of milliseconds. One that broke meanwhile
    # is noticed before it is used.
    _default = dict(dj_database_url.parse(_url, conn_max_age=3600, conn_health_checks=True))
except ValueError as error:
    # What is set may hold a password, so it is not repeated.
    raise ImproperlyConfigured(
        "OVERT_DATABASE_URL is no address of a PostgreSQL or SQLite database; write it like "
        "postgresql://user:password@host:5432/overt."
    ) from error
if _default["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock at BEGIN, so that two writers queue instead of failing.
    _default["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;"
        ),
    }
DATABASES = {"default": _default}
