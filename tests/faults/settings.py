"""The product's settings with a policy whose times are seconds, for processes under test.

Time is compressed by configuration alone: the profile is `met-2024-09` with a shorter life of
permits and smaller difference of clocks, in a folder that OVERT_TEST_POLICIES names.
"""

import os
from pathlib import Path

from overt.config.settings import *  # noqa: F403

POLICY_DIR = Path(os.environ["OVERT_TEST_POLICIES"])
WHITENOISE_USE_FINDERS = True
