"""Opens a page, fills in its form as a browser would, and sends it."""

from typing import Any

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from overt.deployments.models import Deployment


def address(name: str, deployment: Deployment, **parts: Any) -> str:
    return reverse(f"deployments:{name}", kwargs={"reference": deployment.reference, **parts})


def task_address(deployment: Deployment, slug: str) -> str:
    return address("task", deployment, slug=slug)


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def text(response: HttpResponse) -> str:
    """What people read of a page."""
    main = soup(response).find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def errors(response: HttpResponse) -> list[str]:
    """The lines of the error summary."""
    return [
        " ".join(line.get_text(" ").split())
        for line in soup(response).select(".govuk-error-summary__list li")
    ]


def typed(response: HttpResponse) -> dict[str, Any]:
    """What the task's own form would send as it stands, without a button."""
    form = next(
        form
        for form in soup(response).select("main form")
        if form.find("input", attrs={"name": "seen_revision"}) and not form.get("action")
    )
    found: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        for value in _values(field):
            found.setdefault(str(field["name"]), []).append(value)
    return found


def _values(field: Tag) -> list[str]:
    if field.name == "textarea":
        return [field.get_text().removeprefix("\n").replace("\n", "\r\n")]
    if field.name == "select":
        chosen = field.select("option[selected]") or field.select("option")[:1]
        return [str(option["value"]) for option in chosen]
    if field.get("type") in ("checkbox", "radio"):
        return [str(field["value"])] if field.has_attr("checked") else []
    return [] if field.get("type") == "file" else [str(field.get("value", ""))]


def answer(client: Client, path: str, do: str = "save", **changes: Any) -> HttpResponse:
    """Opens the page at `path`, changes what is typed, presses the button `do`."""
    sent = typed(client.get(path)) | changes | {"do": do}
    return client.post(path, sent)
