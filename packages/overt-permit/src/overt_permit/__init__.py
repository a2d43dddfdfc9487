"""Permits: what a recognition system must hold to run, and how it verifies them offline.

`claims` what a permit says · `signing` how it, and a request, is signed · `keys` whose signature
counts · `guard` whether the system may run at this moment · `cli` all that from a shell.

A permit stops nothing by itself: the system that embeds this has to stop when `Guard` says no.
"""

__version__ = "0.1.0"
