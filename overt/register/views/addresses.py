"""Addresses of public pages, whole, and the answer where there is none."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from overt.register.responses import page


def address(request: HttpRequest, name: str, *parts: object) -> str:
    """Of the register's page or file of this name, as the public reaches it."""
    path = reverse(f"register:{name}", args=parts)
    if settings.PUBLIC_URL:
        return f"{settings.PUBLIC_URL}{path}"
    return request.build_absolute_uri(path)


def nothing_here(request: HttpRequest) -> HttpResponseBase:
    """What was never published is answered as what never was."""
    return page(request, "register/nothing_here.html", {}, status=404)
