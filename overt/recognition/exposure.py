"""How long a system could go on after a withdrawal: the figure that a court asks for.

    exposure = what is left of the last permit + difference of clocks allowed + polling interval

A system stops at its next request, which is refused, or when its permit runs out, whichever comes
first; its clock may be behind by the allowed difference; and a request that was on its way at that
moment is counted as one more interval. The moment it leads to stays the same for as long as no
other permit is given: nobody is told that all is over, only because a permit has run out by the
clock of Overt. Pure: no Django, no clock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Exposure:
    """`until`: the latest moment at which the system could still run if the authority were
    withdrawn now; None where that moment has passed, or there never was a permit. `at_most`: the
    largest that `lasts` can be, by the policy."""

    until: datetime | None
    lasts: timedelta
    at_most: timedelta


def exposure(
    expires_at: datetime | None,
    *,
    now: datetime,
    life: timedelta,
    skew: timedelta,
    polling: timedelta,
) -> Exposure:
    """`expires_at`: the end of the last permit; `life`: the longest that a permit has."""
    at_most = life + skew + polling
    until = expires_at + skew + polling if expires_at is not None else None
    if until is None or now >= until:
        return Exposure(None, timedelta(0), at_most)
    return Exposure(until, until - now, at_most)
