"""The panels of a deployment's page, one module per part, in the order in which they stand.

A part's module has `panel(deployment, *, actor, now)`, which returns what the template
`deployments/panels/PART.html` is given, or None where the part has nothing to show. A floor above
adds its own part, as it starts, with `add`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from overt.accounts.actors import Actor
from overt.deployments.models import Deployment

from . import calendar, decisions, notice, papers, signs, timeline

Show = Callable[..., dict[str, Any] | None]

PARTS: dict[str, Show] = {
    "decisions": decisions.panel,
    "calendar": calendar.panel,
    "signs": signs.panel,
    "notice": notice.panel,
    "papers": papers.panel,
    "timeline": timeline.panel,
}


def add(part: str, panel: Show) -> None:
    """Show `part` right after what was decided."""
    before = {name: shown for name, shown in PARTS.items() if name != part}
    PARTS.clear()
    for name, shown in before.items():
        PARTS[name] = shown
        if name == "decisions":
            PARTS[part] = panel


@dataclass(frozen=True)
class Panel:
    """`template` is rendered with `context`, and nothing else, under the name `panel`."""

    part: str
    template: str
    context: dict[str, Any]


def panels(deployment: Deployment, *, actor: Actor, now: datetime) -> list[Panel]:
    """What each part has to show of `deployment` to `actor`."""
    shown = []
    for part, panel in PARTS.items():
        context = panel(deployment, actor=actor, now=now)
        if context is not None:
            shown.append(Panel(part, f"deployments/panels/{part}.html", context))
    return shown
