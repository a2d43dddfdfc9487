"""Writes docs/attacks.md: see `listing`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.attacks.listing import DOCUMENT, document  # noqa: E402

DOCUMENT.write_text(document(), encoding="utf-8")
