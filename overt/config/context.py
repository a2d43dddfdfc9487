"""What every page's shell needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from overt.config.env import MODE

# Label, and the page under whose address the item is marked as current.
NAVIGATION = (
    ("Data", "hotspots:data"),
    ("Analyses", "hotspots:analyses"),
    ("Borough comparison", "hotspots:comparison"),
    ("Policy", "policy:profiles"),
    ("Ledger", "ledger:entries"),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The force's name, the mode, and the navigation with the current part marked."""
    return {
        "force_name": settings.FORCE_NAME,
        "mode": MODE,
        "navigation": [
            {"label": label, "href": href, "active": request.path.startswith(href)}
            for label, href in ((label, reverse(name)) for label, name in NAVIGATION)
        ],
    }
