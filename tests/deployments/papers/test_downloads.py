"""The papers as files."""

import re
import zlib
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from weasyprint.urls import FatalURLFetchingError

from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.application import document
from overt.deployments.models import Deployment
from overt.deployments.papers import printing
from overt.ledger.models import Entry
from tests.deployments import making

Browser = Callable[[User], Client]
NAMES = ("application_pdf", "authority_pdf", "briefing_pdf")


def address(name: str, deployment: Deployment, number: int = 1) -> str:
    numbered = {} if name == "briefing_pdf" else {"number": number}
    return reverse(f"deployments:{name}", kwargs={"reference": deployment.reference, **numbered})


def unpacked(pdf: bytes) -> bytes:
    """All streams of a PDF, one after another."""
    streams = re.findall(rb"/FlateDecode.*?stream\n(.*?)\nendstream", pdf, re.DOTALL)
    return b"".join(zlib.decompressobj().decompress(stream) for stream in streams)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_an_accessible_pdf_under_a_name_that_says_what_it_is(
    name: str, cast: making.People, browser_of: Browser
) -> None:
    deployment = making.deployment_in(states.AUTHORISED, cast)
    version = deployment.current_version
    assert version is not None
    response = browser_of(cast.auditor).get(address(name, deployment))
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-store"
    kind = name.removesuffix("_pdf")
    start = f'attachment; filename="{deployment.reference.lower()}-v1-{version.short_digest}'
    assert response["Content-Disposition"] == f'{start}-{kind}.pdf"'
    assert response.content.startswith(b"%PDF-")
    everything = unpacked(response.content)
    assert b"pdfuaid:part" in everything
    assert b"/StructTreeRoot" in response.content + everything


def test_the_same_page_gives_the_same_bytes() -> None:
    page = "<html lang=en><title>One</title><h1>One</h1>"
    assert printing.pdf(page) == printing.pdf(page)


@pytest.mark.parametrize(
    "where", ["https://example.org/a.css", "file:///etc/passwd", "data:text/css,h1{}"]
)
def test_a_page_that_refers_to_anything_else_is_not_printed(where: str) -> None:
    page = f"<html lang=en><title>One</title><link rel=stylesheet href='{where}'><h1>One</h1>"
    with pytest.raises(FatalURLFetchingError):
        printing.pdf(page)


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_has_no_papers(name: str, cast: making.People, browser_of: Browser) -> None:
    deployment = making.draft(cast)
    assert browser_of(cast.planner).get(address(name, deployment)).status_code == 404


def test_before_a_decision_there_is_no_authority_to_print(
    cast: making.People, browser_of: Browser
) -> None:
    deployment = making.deployment_in(states.SUBMITTED, cast)
    client = browser_of(cast.legal)
    assert client.get(address("authority_pdf", deployment)).status_code == 404
    assert client.get(address("application_pdf", deployment, 2)).status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_nobody_without_an_account_gets_a_paper(name: str, cast: making.People) -> None:
    deployment = making.deployment_in(states.AUTHORISED, cast)
    response = Client().get(address(name, deployment))
    assert response.status_code == 302
    assert reverse("accounts:login") in response["Location"]


@pytest.mark.parametrize("name", NAMES)
def test_who_read_a_paper_is_in_the_ledger(
    name: str, cast: making.People, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment = making.deployment_in(states.AUTHORISED, cast)
    monkeypatch.setattr(printing, "pdf", lambda html: b"%PDF-")
    client = browser_of(cast.auditor)
    for _ in range(2):
        client.get(address(name, deployment))
    entry = Entry.objects.get(verb="page.read")
    assert (entry.actor, entry.subject) == ("user:aud", deployment.subject)


@pytest.mark.parametrize("name", NAMES)
def test_a_version_that_was_tampered_with_is_not_printed(
    name: str, cast: making.People, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment = making.deployment_in(states.AUTHORISED, cast)
    monkeypatch.setattr(document, "digest", lambda text: "f" * 64)
    response = browser_of(cast.auditor).get(address(name, deployment))
    assert response.status_code == 409
    assert "is not what was submitted" in response.content.decode()
