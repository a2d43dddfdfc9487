"""The deployments of the demo: one in each state, with what sets it apart. All of it invented."""

from dataclasses import dataclass

from overt.deployments import states


@dataclass(frozen=True)
class Case:
    """`day` is the day of the deployment counted from today, `hour` its start on that day
    (London). The live one starts when the demo is set up instead, with a van and a team of its own.

    `made` is how many days before its day the application was begun.
    """

    state: str
    title: str
    day: int
    made: int
    hour: int
    why: str
    van: str
    team: str
    is_event: bool = False


VAN = "Marked van with two cameras"

_ROBBERY = (
    "Robbery and theft from the person cluster here more than almost anywhere in the borough."
)
_VIOLENCE = "Violence against the person clusters here, most of it in the afternoon and evening."

CASES = (
    Case(
        states.ACCOUNTED, "Robbery hotspot, first deployment", -12, 7, 11, _ROBBERY,
        "Van 1", "Blue team",
    ),
    Case(
        states.EXPIRED, "Evening economy", -6, 3, 16, _VIOLENCE,
        "Van 2", "Green team",
    ),
    Case(
        states.ENDED, "Robbery hotspot, second deployment", -2, 7, 11, _ROBBERY,
        "Van 1", "Green team",
    ),
    Case(
        states.LIVE, "Town centre violence", 0, 5, 0, _VIOLENCE,
        "Van 2", "Blue team",
    ),
    Case(
        states.WITHDRAWN, "Late afternoon violence", 3, 8, 15, _VIOLENCE,
        "Van 1", "Blue team",
    ),
    Case(
        states.READY, "Theft from the person, shopping streets", 3, 6, 12, _ROBBERY,
        "Van 1", "Green team",
    ),
    Case(
        states.AUTHORISED, "Afternoon violence", 5, 7, 13, _VIOLENCE,
        "Van 2", "Blue team",
    ),
    Case(
        states.CANCELLED, "Outer streets, trial", 6, 8, 10, _ROBBERY,
        "Van 2", "Green team",
    ),
    Case(
        states.REVIEWED, "Neighbourhood fair", 8, 9, 11,
        "The fair draws about 15,000 people, and some of those sought were there last year.",
        "Van 1", "Blue team", is_event=True,
    ),
    Case(
        states.REFUSED, "All day in the shopping streets", 9, 11, 10, _ROBBERY,
        "Van 2", "Blue team",
    ),
    Case(
        states.SUBMITTED, "Robbery hotspot, third deployment", 10, 10, 11, _ROBBERY,
        "Van 1", "Green team",
    ),
    Case(
        states.DRAFT, "Violence hotspot, in preparation", 24, 25, 14, _VIOLENCE,
        "Van 2", "Green team",
    ),
)  # fmt: skip
