"""Those of the processes under test, with logs as they are written in production."""

from overt.config.logs import configuration
from tests.faults.settings import *  # noqa: F403

LOGGING = configuration(as_json=True)
