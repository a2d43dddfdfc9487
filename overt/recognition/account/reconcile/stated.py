"""What is known of a session that has stopped, and what a check says of it."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ..deletions import Attested, Retained
from ..figures import Judged
from ..metrics import Seeded

LONDON = ZoneInfo("Europe/London")
# So many subjects are named in a sentence; all are in `subjects`.
NAMED = 8


@dataclass(frozen=True)
class Report:
    """What was said of an alert at one time."""

    judged: Judged
    decided_at: datetime | None


@dataclass(frozen=True)
class Alert:
    """`reports`: all that was said of it, the last one last."""

    name: str
    at: datetime
    reports: Sequence[Report]


@dataclass(frozen=True)
class Totals:
    """The system's own totals since the session began, as it said them in the message `number`."""

    number: int
    faces: int
    alerts: int


@dataclass(frozen=True)
class Account:
    """All that is known of one session that has stopped.

    `counters`: faces seen by (camera, the beginning of the minute). `faces_told`, `alerts_told`:
    the system's own totals, as it said them last; `totals`: all of them, by number. `permits`: from
    when until when each permit held. `skew`: by how much clocks may differ. `watchlist_total`: how
    many entries the list had, by its manifest.
    """

    counters: Mapping[tuple[str, datetime], int]
    alerts: Sequence[Alert]
    faces_told: int | None
    alerts_told: int | None
    totals: Sequence[Totals]
    batches: Collection[int]
    live_since: datetime
    stopped_at: datetime
    stopped_by_hand: bool
    permits: Sequence[tuple[datetime, datetime]]
    skew: timedelta
    watchlist_total: int | None
    seeded: Seeded | None
    retained: Sequence[Retained]
    attested: Sequence[Attested]
    grace: timedelta


@dataclass(frozen=True)
class Discrepancy:
    name: str
    sentence: str
    todo: str
    can_be_explained: bool
    subjects: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Over how it reads, in hexadecimal."""
        said = "\n".join((self.name, self.sentence, *self.subjects))
        return hashlib.sha256(said.encode()).hexdigest()


Check = Callable[[Account, datetime], Discrepancy | None]


def listed(subjects: Iterable[str]) -> str:
    """The first ones, and how many more there are."""
    every = list(subjects)
    more = f" and {len(every) - NAMED:,} more" if len(every) > NAMED else ""
    return ", ".join(every[:NAMED]) + more


def clock(at: datetime) -> str:
    return at.astimezone(LONDON).strftime("%H:%M:%S on %-d %B %Y")
