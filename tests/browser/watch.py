"""A page that is watched: whatever goes wrong in it fails the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request, Response

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# GOV.UK's pattern puts the back link between the landmarks, so that the skip link passes it.
AXE_RULES = {"region": {"enabled": False}}
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Chromium reports violations on the console too; the event names the directive.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} forbids ${event.blockedURI} ${event.sample}`));
"""


@dataclass
class Watch:
    """What the page did. `expected_status`: answers that the test provokes on purpose."""

    origin: str
    expected_status: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        # Chromium also logs each failed answer, which `response` judges.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.faults.append(f"console {message.type}: {message.text}")

    def request(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith((f"{self.origin}/", "data:", "blob:", "file:")):
            self.faults.append(f"request to another machine: {request.url}")

    def request_failed(self, request: Request) -> None:
        # A download is "aborted" as far as the page is concerned.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"request failed: {request.url}: {request.failure}")

    def response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected_status:
            self.faults.append(f"{response.status} for {response.url}")


@contextmanager
def watched(page: Page, origin: str) -> Iterator[Watch]:
    """Fails on a console error or warning, an uncaught error, a CSP violation, a failed request,
    an answer of 400 or above, or a request that leaves the machine."""
    watch = Watch(origin)
    page.add_init_script(REPORT_VIOLATIONS)
    page.on("console", watch.console)
    page.on("pageerror", lambda error: watch.faults.append(f"uncaught: {error}"))
    page.on("request", watch.request)
    page.on("requestfailed", watch.request_failed)
    page.on("response", watch.response)
    yield watch
    assert watch.faults == []


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds on the page, one line for each rule and element."""
    page.evaluate(AXE.read_text(encoding="utf-8") + "; null")
    found: dict[str, Any] = page.evaluate(
        "([tags, rules]) => axe.run(document, {runOnly: {type: 'tag', values: tags}, rules})",
        [AXE_TAGS, AXE_RULES],
    )
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
