#!/usr/bin/env python3
"""Run one of Overt's commands: `python manage.py help` lists them."""

import os
import sys

from overt.config.command_line import main

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "overt.config.settings")
    sys.exit(main(sys.argv))
