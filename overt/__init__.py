"""Overt plans, controls and accounts for overt live facial recognition deployments.

It contains no facial recognition: see docs/adr/0001-no-facial-recognition.md.
"""

__version__ = "0.1.0"
