"""Signing in with an authenticator app and with passkeys, in a real browser.

The passkeys are kept by Chromium's own virtual authenticator. They belong to names, so that these
tests ask for the server as localhost.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from playwright.sync_api import Browser, CDPSession, Page

from overt.accounts import roles
from overt.accounts.models import User
from overt.ledger.models import Entry
from tests.accounts.making import code
from tests.browser.conftest import NARROW, PASSWORD, WIDE
from tests.browser.watch import Watch, accessibility_faults, watched

Keep = Callable[[Page, str], None]


@pytest.fixture
def opened(
    transactional_db: None, browser: Browser, origin: str
) -> Iterator[Callable[..., tuple[Page, Watch]]]:
    named = origin.replace("127.0.0.1", "localhost")
    with ExitStack() as stack:

        def open_page(width: int = WIDE) -> tuple[Page, Watch]:
            context = browser.new_context(
                base_url=named,
                viewport={"width": width, "height": 900},
                locale="en-GB",
                reduced_motion="reduce",
            )
            stack.callback(context.close)
            page = context.new_page()
            return page, stack.enter_context(watched(page, named))

        yield open_page


@pytest.fixture
def officer(transactional_db: None) -> User:
    user = User.objects.create_user(
        "officer", password=PASSWORD, first_name="Off Icer", rank="superintendent", unit="HQ"
    )
    user.groups.set(Group.objects.filter(name__in=[roles.AUTHORISING_OFFICER, roles.AUDITOR]))
    return user


def give_password(page: Page, path: str = "/accounts/login/") -> None:
    page.goto(path)
    page.get_by_label("Username").fill("officer")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").wait_for()


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """Gives the page a device that keeps passkeys and whose PIN was just entered."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    added: dict[str, Any] = devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return devtools, str(added["authenticatorId"])


def faults_of(page: Page, width: int) -> list[str]:
    found = accessibility_faults(page)
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("the page is wider than the screen")
    return [f"{page.url}: {fault}" for fault in found]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_an_app_is_set_up_and_signs_in(
    width: int, opened: Callable[..., tuple[Page, Watch]], officer: User, keep_screenshot: Keep
) -> None:
    page, _ = opened(width)
    faults = []

    def look(name: str) -> None:
        keep_screenshot(page, f"{name}-{width}")
        faults.extend(faults_of(page, width))

    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").wait_for()
    look("sign-in-passkey")
    give_password(page)
    page.get_by_text("Your role needs a second factor").wait_for()
    look("factors-needed")
    page.get_by_role("button", name="Set up an authenticator app").click()
    look("factors-app")
    secret = page.locator("#totp-secret").inner_text()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("alert").wait_for()
    look("factors-app-wrong")
    page.get_by_label("Code").fill(code(secret))
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    look("factors-codes")
    spare = page.locator("#recovery-codes").inner_text().split()[0]
    page.get_by_role("button", name="I have kept them").click()

    sign_out(page)
    give_password(page, "/accounts/login/?next=/accounts/me/")
    page.get_by_role("heading", name="Second step").wait_for()
    look("second-step")
    page.get_by_label("Code").fill(code(secret, steps=1))
    page.get_by_label("Code").press("Enter")
    page.get_by_role("heading", name="Your account").wait_for()
    look("me")
    for name, path in (
        ("factors", "/accounts/factors/"),
        ("people", "/accounts/people/"),
        ("password", "/accounts/password/"),
        ("confirm-code", "/accounts/confirm/code/"),
        ("codes-new", "/accounts/factors/codes/new/"),
    ):
        page.goto(path)
        look(name)

    sign_out(page)
    give_password(page)
    page.get_by_label("Code").fill(spare)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Sign out").wait_for()
    assert faults == []
    assert Entry.objects.filter(verb="account.signed_in").count() == 3


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_passkey_is_added_and_signs_in_without_a_password(
    width: int, opened: Callable[..., tuple[Page, Watch]], officer: User, keep_screenshot: Keep
) -> None:
    page, _ = opened(width)
    authenticator(page)
    give_password(page)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_label("Name").fill("Blue key")
    keep_screenshot(page, f"passkey-add-{width}")
    faults = faults_of(page, width)
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.goto("/accounts/factors/")
    page.get_by_text("Blue key").wait_for()
    keep_screenshot(page, f"passkey-listed-{width}")
    faults += faults_of(page, width)
    assert page.get_by_role("link", name="Remove").count() == 0

    sign_out(page)
    page.goto("/accounts/login/?next=/accounts/me/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Your account").wait_for()
    faults += faults_of(page, width)
    assert (
        '"means":["webauthn"]'
        in Entry.objects.filter(verb="account.signed_in").latest("seq").payload
    )

    sign_out(page)
    give_password(page, "/accounts/login/?next=/ledger/")
    page.get_by_role("button", name="Use a passkey").wait_for()
    keep_screenshot(page, f"second-step-passkey-{width}")
    faults += faults_of(page, width)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Ledger").wait_for()

    page.goto("/accounts/confirm/passkey/?next=/accounts/me/")
    page.get_by_role("button", name="Use a passkey").wait_for()
    faults += faults_of(page, width)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Your account").wait_for()
    assert faults == []


def test_a_device_whose_pin_was_not_entered_signs_nobody_in_and_the_page_says_so(
    opened: Callable[..., tuple[Page, Watch]], officer: User, keep_screenshot: Keep
) -> None:
    page, _ = opened()
    devtools, device = authenticator(page)
    give_password(page)
    page.goto("/accounts/factors/passkeys/add/")
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    sign_out(page)
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("No passkey was used").wait_for()
    keep_screenshot(page, "passkey-refused")
    assert accessibility_faults(page) == []
    page.goto("/accounts/me/")
    page.get_by_role("heading", name="Sign in", exact=True).wait_for()


def test_a_passkey_of_an_account_that_was_disabled_signs_nobody_in(
    opened: Callable[..., tuple[Page, Watch]], officer: User
) -> None:
    page, _ = opened()
    authenticator(page)
    give_password(page)
    page.goto("/accounts/factors/passkeys/add/")
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    sign_out(page)
    User.objects.update(is_active=False)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("Enter the right username and password").wait_for()
    assert Entry.objects.filter(verb="account.signed_in").count() == 1


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_lockout_is_a_plain_page(
    width: int, opened: Callable[..., tuple[Page, Watch]], officer: User, keep_screenshot: Keep
) -> None:
    page, watch = opened(width)
    watch.expected_status = {429}
    page.goto("/accounts/login/")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        page.get_by_label("Username").fill("officer")
        page.get_by_label("Password", exact=True).fill("wrong")
        with page.expect_navigation():
            page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Too many wrong attempts").wait_for()
    keep_screenshot(page, f"locked-{width}")
    assert faults_of(page, width) == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_who_needs_no_second_factor_confirms_with_the_password_and_removes_what_was_set_up(
    width: int, opened: Callable[..., tuple[Page, Watch]], officer: User, keep_screenshot: Keep
) -> None:
    officer.groups.set(Group.objects.filter(name=roles.PLANNER))
    page, _ = opened(width)
    authenticator(page)
    give_password(page)
    page.get_by_role("button", name="Sign out").wait_for()
    faults = []
    page.goto("/accounts/confirm/?next=/accounts/factors/passkeys/add/")
    keep_screenshot(page, f"confirm-password-{width}")
    faults += faults_of(page, width)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.goto("/accounts/factors/app/")
    secret = page.locator("#totp-secret").inner_text()
    page.get_by_label("Code").fill(code(secret))
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("link", name="Remove the authenticator app").click()
    keep_screenshot(page, f"remove-app-{width}")
    faults += faults_of(page, width)
    page.get_by_role("button", name="Remove the app").click()
    page.get_by_role("link", name="Remove the passkey Passkey").click()
    keep_screenshot(page, f"remove-passkey-{width}")
    faults += faults_of(page, width)
    page.get_by_role("button", name="Remove the passkey").click()
    page.get_by_role("button", name="Set up an authenticator app").wait_for()
    assert page.get_by_role("link", name="Show your recovery codes").count() == 0
    assert faults == []
