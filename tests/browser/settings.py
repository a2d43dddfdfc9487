"""What the server under test runs on: the product's settings in test mode.

WhiteNoise serves the static files from where they lie, so that no test sees a stale copy.
"""

from overt.config.settings import *  # noqa: F403

WHITENOISE_USE_FINDERS = True
