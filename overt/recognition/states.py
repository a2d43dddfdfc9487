"""The life of a session: its states, and the one table of allowed transitions.

    scheduled → checking → armed → live → stopping → stopped → reconciled → published

Off that way: not started (its time passed and it never was live), aborted (its authority went
before it was live), unconfirmed (the system has not confirmed that it stopped).

A session is live exactly while a permit that was given has not run out: the permit itself makes an
armed session live, and when the last one ran out it is armed again. No Django here.
"""

from types import MappingProxyType

SCHEDULED = "scheduled"
CHECKING = "checking"
ARMED = "armed"
LIVE = "live"
STOPPING = "stopping"
STOPPED = "stopped"
RECONCILED = "reconciled"
PUBLISHED = "published"
NOT_STARTED = "not_started"
ABORTED = "aborted"
UNCONFIRMED = "unconfirmed"

LABELS = MappingProxyType(
    {
        SCHEDULED: "Scheduled",
        CHECKING: "Checking",
        ARMED: "Armed",
        LIVE: "Live",
        STOPPING: "Stopping",
        STOPPED: "Stopped",
        RECONCILED: "Reconciled",
        PUBLISHED: "Published",
        NOT_STARTED: "Not started",
        ABORTED: "Aborted",
        UNCONFIRMED: "Unconfirmed stop",
    }
)

# `checking` from `armed` is a gate that no longer holds before the session was ever live; `armed`
# from `live` is a permit that ran out without another.
TRANSITIONS = MappingProxyType(
    {
        SCHEDULED: (CHECKING, NOT_STARTED, ABORTED),
        CHECKING: (ARMED, NOT_STARTED, ABORTED),
        ARMED: (LIVE, CHECKING, STOPPING, NOT_STARTED, ABORTED),
        LIVE: (ARMED, STOPPING),
        STOPPING: (STOPPED, UNCONFIRMED),
        UNCONFIRMED: (STOPPED,),
        STOPPED: (RECONCILED,),
        RECONCILED: (PUBLISHED, STOPPED),
        PUBLISHED: (),
        NOT_STARTED: (),
        ABORTED: (),
    }
)

# A worker looks after a session in one of these.
WORKED = (SCHEDULED, CHECKING, ARMED, LIVE, STOPPING, UNCONFIRMED)
# Here a permit may be given.
PERMITTING = (ARMED, LIVE)
# Nothing more will come of these.
CLOSED = (NOT_STARTED, ABORTED)
# The system ran, or may have.
RAN = (LIVE, STOPPING, UNCONFIRMED, STOPPED, RECONCILED, PUBLISHED)
# Here what the system counted is being settled.
SETTLING = (STOPPED, RECONCILED, PUBLISHED)


def may_follow(state: str, after: str) -> bool:
    """Whether a session in `state` may become `after`."""
    return after in TRANSITIONS[state]
