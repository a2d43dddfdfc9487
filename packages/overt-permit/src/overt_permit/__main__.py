"""`python -m overt_permit`."""

import sys

from .cli import main

sys.exit(main())
