"""What is logged goes to standard error: `overt.config.logs`."""

from overt.config.env import PRODUCTION
from overt.config.logs import configuration

LOGGING = configuration(as_json=PRODUCTION)
