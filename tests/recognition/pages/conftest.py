"""People with browsers, and a clock that the test moves."""

from collections.abc import Callable
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client

from overt.accounts.models import User
from tests.accounts.signing_in import sign_in
from tests.deployments.making import START

Visit = Callable[[User], Client]


class Clock:
    """What the pages take for now."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    held = Clock()
    monkeypatch.setattr("django.utils.timezone.now", held)
    return held


def visit(user: User) -> Client:
    """A browser in which `user` has signed in."""
    client = Client()
    sign_in(client, user)
    return client


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def text(response: HttpResponse) -> str:
    """What people read of a page, or of a part of one."""
    page = soup(response)
    return " ".join((page.find("main") or page).get_text(" ").split())


def banner(response: HttpResponse) -> str:
    found = soup(response).select_one(".govuk-notification-banner__heading")
    return found.get_text(strip=True) if found else ""


def errors(response: HttpResponse) -> list[str]:
    """The lines of the error summary."""
    return [
        " ".join(line.get_text(" ").split())
        for line in soup(response).select(".govuk-error-summary__list li")
    ]
