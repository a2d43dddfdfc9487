"""From what was last said of each alert to the columns of a published record.

Rules
1. Every decided alert is in exactly one of four columns, so that they sum to the alerts:

       decision      engaged         column
       true          yes             true alerts confirmed
       true          no or unknown   true alerts unconfirmed
       false         yes             false alerts confirmed
       false         no or unknown   false alerts unconfirmed
       unconfirmed   either          false alerts unconfirmed

2. Confirmed means that officers spoke to the person. A decision at the screen alone is unconfirmed.
3. An alert of which the operator could not say whether it was right is not counted in favour of the
   system: it is a false alert, unconfirmed. The published columns have no third place for it.
4. An undecided alert is in none of the four. It is counted as `undecided`, and a record cannot be
   published while there is one (`reconcile.py`).
5. Every alert has at most one outcome: arrest, other action, no action. Those that have none yet
   are `without_outcome`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Decision = Literal["", "true", "false", "unconfirmed"]
Outcome = Literal["", "arrest", "other", "no_action"]


@dataclass(frozen=True)
class Judged:
    """The last that was said of one alert. `engaged` is None, and the texts empty, until known."""

    decision: Decision
    engaged: bool | None
    outcome: Outcome


@dataclass(frozen=True)
class Figures:
    """What one session, or several together, came to. All are whole numbers from 0."""

    faces_seen: int
    alerts: int
    true_confirmed: int
    true_unconfirmed: int
    false_confirmed: int
    false_unconfirmed: int
    arrests: int
    other: int
    no_action: int

    @property
    def true_alerts(self) -> int:
        return self.true_confirmed + self.true_unconfirmed

    @property
    def false_alerts(self) -> int:
        return self.false_confirmed + self.false_unconfirmed

    @property
    def undecided(self) -> int:
        return self.alerts - self.true_alerts - self.false_alerts

    @property
    def without_outcome(self) -> int:
        return self.alerts - self.arrests - self.other - self.no_action


def figures(faces_seen: int, judged: Iterable[Judged]) -> Figures:
    """The columns, from the last word on every alert of a session."""
    said = list(judged)
    columns = Counter(_column(one) for one in said)
    outcomes = Counter(one.outcome for one in said)
    return Figures(
        faces_seen=faces_seen,
        alerts=len(said),
        true_confirmed=columns["true_confirmed"],
        true_unconfirmed=columns["true_unconfirmed"],
        false_confirmed=columns["false_confirmed"],
        false_unconfirmed=columns["false_unconfirmed"],
        arrests=outcomes["arrest"],
        other=outcomes["other"],
        no_action=outcomes["no_action"],
    )


def _column(one: Judged) -> str:
    match one.decision:
        case "true":
            return "true_confirmed" if one.engaged else "true_unconfirmed"
        case "false":
            return "false_confirmed" if one.engaged else "false_unconfirmed"
        case "unconfirmed":
            return "false_unconfirmed"
    return "undecided"
