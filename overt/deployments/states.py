"""The life of a deployment: its states, and the one table of allowed transitions.

    draft → submitted → reviewed → authorised → ready → live → ended → accounted

Off that way: refused (by the legal adviser or the authorising officer), withdrawn (the authority
was taken back, at any moment), cancelled (the planner gave it up), expired (its time passed).
No Django here: the services, the triggers in the database and the tests all read this table.
"""

from types import MappingProxyType

DRAFT = "draft"
SUBMITTED = "submitted"
REVIEWED = "reviewed"
AUTHORISED = "authorised"
READY = "ready"
LIVE = "live"
ENDED = "ended"
ACCOUNTED = "accounted"
REFUSED = "refused"
WITHDRAWN = "withdrawn"
CANCELLED = "cancelled"
EXPIRED = "expired"

LABELS = MappingProxyType(
    {
        DRAFT: "Draft",
        SUBMITTED: "Submitted",
        REVIEWED: "Reviewed",
        AUTHORISED: "Authorised",
        READY: "Ready",
        LIVE: "Live",
        ENDED: "Ended",
        ACCOUNTED: "Accounted for",
        REFUSED: "Refused",
        WITHDRAWN: "Withdrawn",
        CANCELLED: "Cancelled",
        EXPIRED: "Expired",
    }
)

# From each state, the states that a verb may lead to. `draft` from a later state is an edit: it
# ends the authority. `authorised` from `ready` is a sign or a notice that no longer holds;
# `submitted` or `reviewed` from a later state is an urgent authority that lapsed.
TRANSITIONS = MappingProxyType(
    {
        DRAFT: (SUBMITTED, CANCELLED),
        SUBMITTED: (REVIEWED, AUTHORISED, DRAFT, REFUSED, CANCELLED, EXPIRED),
        REVIEWED: (AUTHORISED, DRAFT, REFUSED, CANCELLED, EXPIRED),
        AUTHORISED: (READY, SUBMITTED, REVIEWED, DRAFT, REFUSED, WITHDRAWN, CANCELLED, EXPIRED),
        READY: (
            LIVE,
            AUTHORISED,
            SUBMITTED,
            REVIEWED,
            DRAFT,
            REFUSED,
            WITHDRAWN,
            CANCELLED,
            EXPIRED,
        ),
        LIVE: (ENDED, WITHDRAWN),
        ENDED: (ACCOUNTED,),
        WITHDRAWN: (ACCOUNTED,),
        REFUSED: (DRAFT, CANCELLED),
        ACCOUNTED: (),
        CANCELLED: (),
        EXPIRED: (),
    }
)

# An application in one of these states holds its system, its people and its place.
HOLDING = (SUBMITTED, REVIEWED, AUTHORISED, READY, LIVE)
# Here an authority for the current version must be live.
UNDER_AUTHORITY = (AUTHORISED, READY, LIVE)
# Here an edit makes a new version.
EDITABLE_AGAIN = (SUBMITTED, REVIEWED, AUTHORISED, READY, REFUSED)
# Here the planner may give up.
CANCELLABLE = tuple(state for state, after in TRANSITIONS.items() if CANCELLED in after)


def may_follow(state: str, after: str) -> bool:
    """Whether a deployment in `state` may become `after`."""
    return after in TRANSITIONS[state]
