"""Who may read what is measured, besides whoever has an account on the machine."""

from ipaddress import ip_network

from django.core.exceptions import ImproperlyConfigured

from overt.config.env import env

_given: str = env.str("OVERT_METRICS_FROM", "127.0.0.0/8,::1")
try:
    METRICS_FROM = tuple(ip_network(each.strip()) for each in _given.split(",") if each.strip())
except ValueError as wrong:
    raise ImproperlyConfigured(
        f"OVERT_METRICS_FROM is {_given!r}; write networks like 127.0.0.0/8,10.20.0.0/16."
    ) from wrong
METRICS_TOKEN: str = env.str("OVERT_METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < 32:
    raise ImproperlyConfigured("OVERT_METRICS_TOKEN has to be at least 32 random characters.")
