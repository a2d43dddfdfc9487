"""Fixtures for every test. Real services are started on their own ports by the fixtures here."""

import os
import tempfile

os.environ.setdefault("OVERT_MODE", "test")
os.environ.setdefault("OVERT_DATA_DIR", tempfile.mkdtemp(prefix="overt-tests-"))
