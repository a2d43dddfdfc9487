"""The product's own settings, for tests: another mode, and a folder that is thrown away.

The environment has to be set before the settings are read, and pytest-django reads them before
any conftest.py. The test database on SQLite is a file, as in use, so that several processes can
open it and WAL and IMMEDIATE transactions behave as they do there.
"""

import atexit
import os
import shutil
import tempfile

os.environ["OVERT_MODE"] = "test"
os.environ.pop("OVERT_BROKER_URL", None)
os.environ["OVERT_DATA_DIR"] = tempfile.mkdtemp(prefix="overt-tests-")
atexit.register(shutil.rmtree, os.environ["OVERT_DATA_DIR"], ignore_errors=True)

from overt.config.settings import *  # noqa: E402, F403
from overt.config.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": f"{os.environ['OVERT_DATA_DIR']}/test.sqlite3"}
