"""Addresses of the pages of decisions, and what people answer on them."""

from typing import Any

from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from overt.deployments.models import Deployment

ACTS = ("review", "authorise", "oral", "withdraw", "ready")
ACKNOWLEDGED = ["unconfirmed", "criteria"]


def address(act: str, deployment: Deployment) -> str:
    return reverse(f"deployments:{act}", kwargs={"reference": deployment.reference})


def shown_digest(client: Client, act: str, deployment: Deployment) -> str:
    """The digest in the form that the page shows."""
    page = BeautifulSoup(client.get(address(act, deployment)).content, "html.parser")
    field = page.find("input", attrs={"name": "seen_digest"})
    assert field is not None, page.get_text()
    return str(field["value"])


def said(act: str, **changes: Any) -> dict[str, Any]:
    """An answer that holds, without the digest."""
    words: dict[str, dict[str, Any]] = {
        "review": {"outcome": "given", "reason": "Proportionate.", "conditions": ""},
        "authorise": {
            "outcome": "given",
            "acknowledged": ACKNOWLEDGED,
            "reason": "Necessary.",
            "conditions": "",
        },
        "oral": {
            "given_day": "24",
            "given_month": "11",
            "given_year": "2026",
            "given_time": "09:30",
            "reason": "The threat came this morning.",
        },
        "withdraw": {"reason": "The threat has passed."},
        "ready": {},
    }
    return words[act] | changes


def answer(
    client: Client, act: str, deployment: Deployment, *, seen: str | None = None, **changes: Any
) -> HttpResponse:
    """Opens the page, answers it. `seen` is the digest of another page that was open."""
    digest = shown_digest(client, act, deployment) if seen is None else seen
    return client.post(address(act, deployment), said(act, **changes) | {"seen_digest": digest})


def text(response: HttpResponse) -> str:
    """What people read of a page."""
    page = BeautifulSoup(response.content, "html.parser")
    main = page.find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())
