"""What the register says of a deployment: from its last notice, and from what took place.

Rules
1. A cancellation counts first: cancelled beforehand, not held, or stopped.
2. Otherwise it takes place now, took place, or is announced; once its announced time has passed
   without either, that is what is said, as is that nothing confirms yet that it stopped.
3. No other state of a deployment shows: the public learns of reviews, refusals and changes by
   notices, or not at all.
"""

from dataclasses import dataclass
from datetime import datetime

from overt.deployments import states
from overt.deployments.notices import document


@dataclass(frozen=True)
class Status:
    """`text` and `colour` of a tag; `sentence` for the page."""

    text: str
    colour: str
    sentence: str = ""


ANNOUNCED = Status("Announced", "blue")
PASSED = Status("Time has passed", "grey", "The announced time has passed.")
NOW = Status("Taking place now", "green", "This deployment is taking place now.")
UNCONFIRMED = Status(
    "End not confirmed",
    "orange",
    "Its announced time is over. That it has stopped is not confirmed yet.",
)
TOOK_PLACE = Status("Took place", "grey", "This deployment took place.")
STOPPED = Status("Stopped", "red", "This was stopped after it had begun.")
_CANCELLED = {
    document.CANCELLED: Status(
        "Cancelled", "red", "This was cancelled. It does not take place as announced."
    ),
    document.NOT_HELD: Status("Not held", "red", "This did not take place."),
    document.STOPPED: STOPPED,
}


def status(*, event: str, state: str, ends_at: datetime, now: datetime) -> Status:
    """`event` of the last notice, `state` of the deployment."""
    if event in _CANCELLED:
        return _CANCELLED[event]
    if state == states.LIVE:
        return NOW if now < ends_at else UNCONFIRMED
    if state in (states.ENDED, states.ACCOUNTED):
        return TOOK_PLACE
    return ANNOUNCED if now < ends_at else PASSED


def owes_a_record(said: Status) -> bool:
    """Whether there is something to account for."""
    return said in (TOOK_PLACE, STOPPED)
