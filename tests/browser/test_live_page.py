"""The page of a session in a browser: clean, renewed without reload, plain when it is stale, and
worked with one thumb or with keys alone."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from overt.recognition import states
from overt.recognition.models import AlertReport
from tests.browser.conftest import NARROW, WIDE
from tests.browser.hands import Keyboard
from tests.browser.test_decisions import OpenPage, enter
from tests.browser.watch import Watch, accessibility_faults
from tests.recognition import making

Keep = Callable[[Page, str], None]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def live_now() -> making.Desk:
    """A session that went live twenty minutes ago, by the clock of this machine, with faces, two
    alerts that wait and one message that is missing."""
    now = timezone.now().replace(microsecond=0)
    start = now - 20 * MINUTE
    desk = making.armed(made=now - timedelta(days=2), start=start)
    desk.ask(start + SECOND)
    desk.recheck_signs(now - 30 * SECOND)
    minutes = [start + number * MINUTE for number in range(1, 20)]
    counters = tuple(
        making.counter(minute, 40 + 17 * number % 60) for number, minute in enumerate(minutes)
    )
    alerts = (
        making.alert("1", at=start + 4 * MINUTE),
        making.alert("2", at=start + 9 * MINUTE, camera="cam-2"),
    )
    desk.tell(now - 20 * SECOND, number=1, counters=counters, alerts=alerts)
    desk.tell(now - 10 * SECOND, number=3)
    desk.look(now)
    desk.ask(now)
    return desk


def address(desk: making.Desk, part: str = "") -> str:
    return f"/sessions/{desk.session_id}/{part}"


def faults(page: Page, width: int) -> list[str]:
    found = accessibility_faults(page)
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("wider than the screen")
    return found


@contextmanager
def cut_off(page: Page, watch: Watch) -> Iterator[None]:
    """Nothing that the page asks for is answered; what htmx says of that is expected."""
    before = len(watch.faults)
    page.context.set_offline(True)
    yield
    page.context.set_offline(False)
    expected = re.compile(r"/now/|htmx:")
    watch.faults[before:] = [one for one in watch.faults[before:] if not expected.search(one)]


@pytest.mark.parametrize("width", [pytest.param(WIDE, marks=pytest.mark.both_databases), NARROW])
def test_the_live_page_is_clean_and_changes_without_reload(
    width: int, transactional_db: None, open_page: OpenPage, origin: str, keep_screenshot: Keep
) -> None:
    desk = live_now()
    page, _ = open_page(width)
    enter(page, origin, desk.cast.operator)
    page.goto(address(desk))
    expect(page.locator("#session-state")).to_contain_text("its permit holds")
    expect(page.locator("#session-now")).to_contain_text("2 wait for an outcome")
    assert faults(page, width) == []
    keep_screenshot(page, f"session-live-{width}")
    page.evaluate("window.stays = true")
    desk.stop(timezone.now(), reason="The <b>crowd</b> has gone.")
    expect(page.locator("#session-state")).to_contain_text("No permit is given any more")
    expect(page.get_by_role("link", name="Stop the session")).to_have_count(0)
    expect(page.get_by_role("link", name="The system is off: say so")).to_be_visible()
    expect(page.locator("#session-said")).to_contain_text("Stopping. No permit is given")
    assert page.evaluate("window.stays") is True
    assert faults(page, width) == []
    keep_screenshot(page, f"session-stopping-{width}")


def test_renewing_keeps_the_focus_and_what_was_opened(
    transactional_db: None, open_page: OpenPage, origin: str
) -> None:
    desk = live_now()
    page, _ = open_page(WIDE)
    enter(page, origin, desk.cast.operator)
    page.goto(address(desk))
    page.get_by_text("The same as a table").click()
    page.locator("#to-alerts").focus()
    part = page.locator("#session-now").element_handle()
    page.wait_for_function("(old) => !old.isConnected", arg=part)
    expect(page.locator("#to-alerts")).to_be_focused()
    expect(page.locator("#counts-table table")).to_be_visible()
    # Nothing is said aloud while nothing changes.
    expect(page.locator("#session-said")).to_be_empty()


def test_the_stop_button_is_never_replaced_under_a_thumb_that_presses_it(
    transactional_db: None, open_page: OpenPage, origin: str
) -> None:
    desk = live_now()
    page, _ = open_page(NARROW, has_touch=True)
    enter(page, origin, desk.cast.operator)
    page.goto(address(desk))
    stop = page.get_by_role("link", name="Stop the session")
    button = stop.element_handle()
    part = page.locator("#session-now").element_handle()
    page.wait_for_function("(old) => !old.isConnected", arg=part)
    assert button.evaluate("(button) => button.isConnected")
    for place in ("0", "document.body.scrollHeight / 2", "document.body.scrollHeight"):
        page.evaluate(f"window.scrollTo(0, {place})")
        box = stop.bounding_box()
        assert box is not None
        assert 600 < box["y"] < 900 - box["height"]
        assert box["height"] >= 48
        assert box["width"] >= 330


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_page_says_plainly_that_it_is_stale_and_takes_it_back(
    width: int, transactional_db: None, open_page: OpenPage, origin: str, keep_screenshot: Keep
) -> None:
    desk = live_now()
    page, watch = open_page(width)
    enter(page, origin, desk.cast.operator)
    page.goto(address(desk))
    expect(page.locator("#stale")).to_be_hidden()
    with cut_off(page, watch):
        stale = page.get_by_role("alert")
        expect(stale).to_be_visible(timeout=30_000)
        said = stale.inner_text()
        assert re.search(r"This page has not been updated since \d\d:\d\d:\d\d", said)
        assert page.locator("#session-now").get_attribute("data-made") in said
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        expect(stale).to_be_in_viewport()
        assert faults(page, width) == []
        page.evaluate("window.scrollTo(0, 0)")
        keep_screenshot(page, f"session-stale-{width}")
    expect(page.locator("#stale")).to_be_hidden(timeout=30_000)


def test_an_answer_that_is_another_page_is_not_taken_for_news(
    transactional_db: None, open_page: OpenPage, origin: str
) -> None:
    desk = live_now()
    page, _ = open_page(WIDE)
    enter(page, origin, desk.cast.operator)
    page.goto(address(desk))
    # As one who signed out in another window: the answer is the page for signing in.
    page.context.clear_cookies()
    expect(page.locator("#stale")).to_be_visible(timeout=30_000)
    expect(page.get_by_label("Password")).to_have_count(0)
    page.get_by_role("link", name="Load it again").click()
    expect(page.get_by_label("Password", exact=True)).to_be_visible()


def test_without_javascript_the_page_says_when_it_was_made_and_loads_itself_again(
    transactional_db: None, open_page: OpenPage, origin: str
) -> None:
    desk = live_now()
    page, _ = open_page(NARROW, java_script_enabled=False)
    enter(page, origin, desk.cast.operator)
    page.goto(address(desk))
    expect(page.locator("#session-now")).to_contain_text(
        re.compile(r"As it stood at .*\d\d:\d\d:\d\d \w+")
    )
    desk.stop(timezone.now())
    expect(page.locator("#session-state")).to_contain_text(
        "No permit is given any more", timeout=30_000
    )
    page.get_by_role("link", name="The system is off: say so").click()
    expect(page.get_by_role("heading", name="Say that the system is off")).to_be_visible()


@pytest.mark.both_databases
def test_a_session_is_stopped_and_its_stop_confirmed_by_keys_alone(
    transactional_db: None, open_page: OpenPage, origin: str, keep_screenshot: Keep
) -> None:
    desk = live_now()
    page, watch = open_page(WIDE)
    hand = Keyboard(page, origin)
    hand.sit_down(desk.cast.operator)
    hand.part("Sessions")
    hand.link(re.compile("Winter market"))
    hand.link("Stop the session")
    watch.expected_status = {422}
    hand.button("Stop the session")
    assert page.title().startswith("Error: ")
    hand.fill({"reason": "The crowd has gone."})
    keep_screenshot(page, "session-stop-1280")
    hand.button("Stop the session")
    assert desk.session.state == states.STOPPING
    hand.link("The system is off: say so")
    now = timezone.localtime()
    hand.fill({"stopped_at": f"{now:%H:%M:%S}", "reason": "The screens are dark."})
    hand.button("The system is off")
    assert desk.session.state == states.STOPPED
    assert hand.faults == []


@pytest.mark.both_databases
def test_an_outcome_is_recorded_by_keys_alone(
    transactional_db: None, open_page: OpenPage, origin: str
) -> None:
    desk = live_now()
    page, watch = open_page(WIDE)
    hand = Keyboard(page, origin)
    hand.sit_down(desk.cast.operator)
    page.goto(address(desk))
    hand.link("Alerts and outcomes")
    hand.link(re.compile("^Alert 2"))
    watch.expected_status = {422}
    hand.button("Record it")
    assert page.title().startswith("Error: ")
    hand.fill({"decision": "true", "engaged": "yes", "outcome": "other"})
    hand.button("Record it")
    assert AlertReport.objects.get(person=desk.cast.operator).outcome == "other"
    assert hand.faults == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_of_sessions_is_sound_accessible_and_fits(
    width: int, transactional_db: None, open_page: OpenPage, origin: str, keep_screenshot: Keep
) -> None:
    now = timezone.now().replace(microsecond=0)

    def made(state: str, title: str, days: int) -> making.Desk:
        """`days` from now."""
        begun = now - timedelta(days=12)
        start = now + timedelta(days=days)
        return making.session_in(state, made=begun, title=title, start=start)

    over = made(states.STOPPED, "Football, second half of the season", -3)
    made(states.ABORTED, "Carnival", -2)
    waits = made(states.CHECKING, "Station <b>front</b>", 1)
    desk = live_now()
    pages = {
        "sessions": "/sessions/",
        "sessions-aborted": "/sessions/?state=aborted",
        "jobs": "/sessions/jobs/",
        "session-checking": address(waits),
        "session-stopped": address(over),
        "permits": address(desk, "permits/"),
        "alerts": address(desk, "alerts/"),
        "alert": address(desk, "alerts/1/"),
        "stop": address(desk, "stop/"),
        "deployment": f"/deployments/{desk.deployment.reference}/",
        "account": address(over, "account/"),
    }
    page, _ = open_page(width)
    enter(page, origin, desk.cast.operator)
    found = {}
    for name, path in pages.items():
        page.goto(path)
        keep_screenshot(page, f"{name}-{width}")
        found[name] = faults(page, width)
    desk.stop(timezone.now())
    page.goto(address(desk, "stopped/"))
    keep_screenshot(page, f"stopped-{width}")
    found["stopped"] = faults(page, width)
    page, _ = open_page(width)
    enter(page, origin, over.cast.planner)
    page.goto(address(over, "account/"))
    page.get_by_text("A seeded test was made").click()
    keep_screenshot(page, f"account-planner-{width}")
    found["account of the planner"] = faults(page, width)
    assert [f"{name}: {fault}" for name, all_of in found.items() for fault in all_of] == []
