"""What every page's shell needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from overt.config.env import MODE

# Label, and the page under whose address the item is marked as current.
NAVIGATION = (
    ("Deployments", "deployments:deployments"),
    ("To decide", "deployments:to_decide"),
    ("Calendar", "deployments:calendar"),
    ("Sessions", "recognition:sessions"),
    ("Data", "hotspots:data"),
    ("Analyses", "hotspots:analyses"),
    ("Borough comparison", "hotspots:comparison"),
    ("Policy", "policy:profiles"),
    ("Ledger", "ledger:entries"),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The force's name, the mode, and the navigation with the current part marked."""
    addresses = {label: reverse(name) for label, name in NAVIGATION}
    # One part may lie under the address of another: the calendar under the deployments.
    here = max(filter(request.path.startswith, addresses.values()), key=len, default="")
    return {
        "force_name": settings.FORCE_NAME,
        "mode": MODE,
        "navigation": [
            {"label": label, "href": href, "active": href == here}
            for label, href in addresses.items()
        ],
    }
