"""How a person works a page: with the mouse, or with the keyboard and nothing else.

Both look at every page that they reach: an id that stands twice and a page wider than its screen
are kept as `faults`, and what axe finds unless another test has asked it of the same pages. The
keyboard moves the focus as a person does, and fails where it is lost, covered, or cannot be seen.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from overt.accounts.models import User
from tests.browser.test_decisions import enter
from tests.browser.watch import accessibility_faults

# Any but the one of the comments below it, which says what it is about.
FORM = "main form:not(:has([name='task']))"
MAP = ".overt-drawing"
IDS_THAT_STAND_TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""
FOCUS = Path(__file__).with_name("focus.js")
# The most stops of the Tab key between a person and what they want.
MOST_STOPS = 150


class Hand(ABC):
    """One page that several people use one after the other."""

    def __init__(self, page: Page, origin: str, *, asks_axe: bool = True) -> None:
        self.page, self.origin, self.asks_axe = page, origin, asks_axe
        self.faults: list[str] = []
        self._who = ""
        self._seen: set[str] = set()

    def sit_down(self, user: User) -> None:
        """`user`, who has signed in a moment ago, types the address of Overt."""
        enter(self.page, self.origin, user)
        self._who = user.username
        self.page.goto("/")
        self.look()

    def look(self) -> None:
        """Judges the page, once for each kind: eight signs have eight pages of one kind."""
        if self.page.locator(MAP).count():
            self.page.wait_for_selector(f"{MAP}[data-drawn=yes]")
        kind = self._kind()
        if kind in self._seen:
            return
        self._seen.add(kind)
        found = accessibility_faults(self.page) if self.asks_axe else []
        found += [f"the id {name} twice" for name in self.page.evaluate(IDS_THAT_STAND_TWICE)]
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        if self.page.evaluate("document.documentElement.scrollWidth") > width:
            found.append("wider than the screen")
        self.faults += [f"{self.page.title()}: {fault}" for fault in found]

    def _kind(self) -> str:
        path = re.sub(r"\d+", "0", self.page.url.removeprefix(self.origin))
        told = self.page.locator(".govuk-notification-banner, .govuk-error-summary").count()
        return f"{self._who} {path} {told} {self.page.locator('main form').count()}"

    def press(self, what: Locator) -> None:
        """What leads to another page."""
        with self.page.expect_navigation():
            self._activate(what)
        self.look()

    def button(self, name: str | re.Pattern[str]) -> None:
        self.press(self.page.get_by_role("button", name=name, **_exactly(name)).first)

    def link(self, name: str | re.Pattern[str]) -> None:
        self.press(self.page.get_by_role("link", name=name).first)

    def part(self, name: str) -> None:
        """One part of Overt, by the navigation."""
        menu = self.page.get_by_role("button", name="Menu", exact=True)
        if menu.count() and menu.is_visible():
            self._activate(menu)
        self.press(self.page.get_by_role("navigation").get_by_role("link", name=name, exact=True))

    def fill(self, given: Mapping[str, object]) -> None:
        """By the name of the field: what stands in each box, list or set of buttons."""
        for name, value in given.items():
            field = self.page.locator(f'{FORM} [name="{name}"]')
            kind = field.first.evaluate("field => field.type")
            if kind in ("radio", "checkbox"):
                self.tick(self.page.locator(f'{FORM} [name="{name}"][value="{value}"]'))
            elif kind == "select-one":
                self.choose(field, str(value))
            else:
                self._uncover(field)
                self.write(field, str(value))

    def _uncover(self, field: Locator) -> None:
        folded = field.locator("xpath=ancestor::details[not(@open)]/summary")
        if folded.count():
            self._activate(folded)

    @abstractmethod
    def _activate(self, what: Locator) -> None:
        """Press a link, a button or what folds a part of the page away."""

    @abstractmethod
    def tick(self, box: Locator) -> None:
        """A box to tick, or one of several buttons of which one holds."""

    @abstractmethod
    def choose(self, field: Locator, value: str) -> None:
        """The option `value` of a list."""

    @abstractmethod
    def write(self, field: Locator, text: str) -> None:
        """Instead of what stands in the field."""


class Mouse(Hand):
    def _activate(self, what: Locator) -> None:
        what.click()

    def tick(self, box: Locator) -> None:
        box.check()

    def choose(self, field: Locator, value: str) -> None:
        field.select_option(value)

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)


class Keyboard(Hand):
    """Any other way than keys is a fault: so is a pointer that touches the page."""

    def __init__(self, page: Page, origin: str, *, asks_axe: bool = True) -> None:
        super().__init__(page, origin, asks_axe=asks_axe)
        page.add_init_script(path=FOCUS)

    def reach(self, what: Locator) -> None:
        """Tab, or Shift and Tab where it lies above, until `what` has the focus.

        Of several buttons of which one holds, any: the arrows reach the others.
        """
        wanted = what.element_handle()
        for _ in range(MOST_STOPS):
            where, fault = self.page.evaluate("(wanted) => overtFocus.towards(wanted)", wanted)
            assert not fault, f"{self.page.title()}: on the way to {what}: {fault}"
            if where == "here":
                return
            self.page.keyboard.press("Shift+Tab" if where == "above" else "Tab")
        raise AssertionError(f"{self.page.title()}: the keyboard does not reach {what}")

    def _activate(self, what: Locator) -> None:
        self.reach(what)
        is_button = what.evaluate("it => it.matches('button, summary, [role=button]')")
        self.page.keyboard.press("Space" if is_button else "Enter")

    def tick(self, box: Locator) -> None:
        self.reach(box)
        for _ in range(MOST_STOPS):
            if box.is_checked():
                return
            is_there = box.evaluate("it => it === document.activeElement")
            self.page.keyboard.press("Space" if is_there else "ArrowDown")
            fault = self.page.evaluate("overtFocus.fault()")
            assert not fault, f"{self.page.title()}: {fault}"
        raise AssertionError(f"{self.page.title()}: the keyboard does not tick {box}")

    def choose(self, field: Locator, value: str) -> None:
        self.reach(field)
        steps = field.evaluate(
            "(list, value) => [...list.options].findIndex((one) => one.value === value)"
            " - list.selectedIndex",
            value,
        )
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        assert field.input_value() == value

    def write(self, field: Locator, text: str) -> None:
        self.reach(field)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        assert field.input_value() == text


def _exactly(name: str | re.Pattern[str]) -> dict[str, Any]:
    return {"exact": True} if isinstance(name, str) else {}
