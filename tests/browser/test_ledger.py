"""The pages of a ledger with checkpoints, at two widths."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import transaction
from playwright.sync_api import Page

from overt.accounts.models import User
from overt.ledger import services
from tests.browser.conftest import NARROW, WIDE, sign_in
from tests.browser.watch import Watch, accessibility_faults


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_checkpoints_and_entries_are_sound_accessible_and_fit(
    width: int,
    open_page: Callable[..., tuple[Page, Watch]],
    analyst: User,
    keep_screenshot: Callable[[Page, str], None],
) -> None:
    now = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    with transaction.atomic():
        services.record_read(actor="user:ann", page="ledger:entries", subject="note:1", now=now)
    services.make_checkpoint(actor="command:test", now=now)
    page, _ = open_page(width)
    sign_in(page, analyst)
    for name in ("checkpoints", "3"):
        page.goto(f"/ledger/{name}/")
        keep_screenshot(page, f"ledger-{name}-{width}")
        assert accessibility_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
