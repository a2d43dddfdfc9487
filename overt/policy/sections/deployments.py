"""Sections for planning, authorising, running and accounting for a deployment."""

from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from overt.policy.values import (
    AtLeastOne,
    Count,
    DecimalText,
    FieldProblem,
    Metres,
    Section,
    Share,
    Sourced,
    Strict,
    Text,
    Texts,
    Words,
)

# The same words, in the same rising order, as the ranks of an account; a test holds them equal.
Rank = Literal[
    "staff",
    "constable",
    "sergeant",
    "inspector",
    "chief_inspector",
    "superintendent",
    "chief_superintendent",
    "commander",
    "chief_officer",
]
RANKS = {rank: rank.replace("_", " ") for rank in get_args(Rank)}
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Required = Sourced[bool]


class Validity(Section):
    """When this policy is in force."""

    in_force_from: Annotated[Sourced[date], Words("In force from")]
    in_force_until: Annotated[Sourced[date] | None, Words("In force until")] = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        return self.require(
            self.in_force_until is None or self.in_force_until.value >= self.in_force_from.value,
            "in_force_until",
            "lies before in_force_from",
        )


class UseCase(Section):
    """Permitted use cases."""

    name: Annotated[Sourced[Text], Words("Use case")]
    section: Annotated[Sourced[Text], Words("Section of the policy")]
    evidence: Annotated[
        Sourced[Literal["hotspot analysis", "reasoned statement"]], Words("Evidence asked for")
    ]


class Place(Section):
    """Where a deployment may be."""

    zone_max_width_m: Annotated[Sourced[Metres], Words("Widest zone of recognition", "m")]
    access_routes_allowed: Annotated[
        Required, Words("An access route to a hotspot may be chosen, with a reason")
    ]
    statement_allowed: Annotated[
        Required, Words("A signed, reasoned statement may stand in for an analysis")
    ]
    analysis_max_age_days: Annotated[
        Sourced[AtLeastOne], Words("Oldest hotspot analysis relied on", "days")
    ]
    sensitive_kinds: Annotated[Sourced[Texts], Words("Sensitive places looked for")]
    sensitive_distance_m: Annotated[
        Sourced[Metres], Words("Distance within which they must be dealt with", "m")
    ]
    public_precision_m: Annotated[
        Sourced[Metres], Words("Precision of the place shown to the public", "m")
    ]


class Authorising(Section):
    """Who authorises a deployment."""

    rank: Annotated[Sourced[Rank], Words("Lowest rank of an authorising officer", choices=RANKS)]
    urgent_rank: Annotated[
        Sourced[Rank], Words("Lowest rank for an urgent oral authority", choices=RANKS)
    ]
    urgent_written_hours: Annotated[
        Sourced[AtLeastOne], Words("Urgent authority must be in writing within", "hours")
    ]
    legal_review_required: Annotated[Required, Words("A legal adviser reviews first")]
    watchlist_criteria_approved: Annotated[
        Required, Words("The authorising officer approves the watchlist criteria each time")
    ]
    assessments: Annotated[Sourced[Texts], Words("Assessments asked for")]
    legal_frame: Annotated[Sourced[Texts], Words("Law that the decision is held to")]


class Watchlist(Section):
    """The watchlist, of which Overt holds counts only."""

    built_within_hours: Annotated[
        Sourced[AtLeastOne], Words("Built no earlier before the deployment than", "hours")
    ]
    reviewed_before_each: Annotated[Required, Words("Reviewed before every deployment")]
    image_source_recorded: Annotated[Required, Words("The source of every image is recorded")]
    under_18_reason_required: Annotated[
        Required, Words("Anyone under 18 on the list needs a reason")
    ]
    largest_published: Annotated[
        Sourced[AtLeastOne], Words("Largest list the force has published", "people")
    ]
    under_18_average_published: Annotated[
        Sourced[Count], Words("People under 18 on a list, on average", "people")
    ]
    youngest_published: Annotated[Sourced[Count], Words("Youngest person on a list", "years")]


class ThresholdFloor(Strict):
    """The lowest similarity threshold from a day on; without a day, from the beginning."""

    from_day: date | None = None
    floor: Sourced[DecimalText]


class Threshold(Section):
    """The lowest similarity threshold that a system may run at."""

    floors: Annotated[tuple[ThresholdFloor, ...], Field(min_length=1), Words("Floor")]
    imbalance_below: Annotated[Sourced[DecimalText], Words("Demographic imbalance was found below")]
    evaluation_watchlist: Annotated[
        Sourced[AtLeastOne], Words("Watchlist of the independent evaluation", "people")
    ]
    evaluation_threshold: Annotated[
        Sourced[DecimalText], Words("Threshold of the independent evaluation")
    ]
    evaluation_true_positive: Annotated[
        Sourced[Share], Words("Share of people on the list it found there", "share")
    ]
    evaluation_false_one_in: Annotated[
        Sourced[AtLeastOne], Words("False alerts it found there, one in", "faces")
    ]
    evaluation_no_false_from: Annotated[
        Sourced[DecimalText], Words("Threshold at which it found no false alert")
    ]

    @model_validator(mode="after")
    def _floors_are_in_order(self) -> Self:
        days = [floor.from_day for floor in self.floors]
        dated = [day for day in days[1:] if day is not None]
        if len(dated) != len(days) - 1:
            raise FieldProblem("floors", "only the first floor may be without from_day")
        known = ([days[0]] if days[0] else []) + dated
        return self.require(
            all(earlier < later for earlier, later in pairwise(known)),
            "floors",
            "must be listed by rising from_day, each day once",
        )

    def floor_on(self, day: date) -> Sourced[str] | None:
        """The floor in force on `day`, or None before the first one."""
        found = None
        for entry in self.floors:
            if entry.from_day is None or entry.from_day <= day:
                found = entry.floor
        return found

    def allows(self, threshold: str, day: date) -> bool:
        """Whether `threshold` (a decimal as text) is at or above the floor of `day`."""
        floor = self.floor_on(day)
        return floor is None or Fraction(threshold) >= Fraction(floor.value)


class Alerts(Section):
    """How alerts are judged and counted."""

    person_decides: Annotated[Required, Words("A person decides on every alert")]
    false_alert_ceiling_one_in: Annotated[
        Sourced[AtLeastOne], Words("False alerts tolerated, at most one in", "faces")
    ]
    false_alert_denominators: Annotated[
        Sourced[Texts], Words("A false alert rate is shown as a share of")
    ]
    true_rate_needs_seeded_test: Annotated[
        Required, Words("A true recognition rate is only given from a seeded test")
    ]


class Sessions(Section):
    """Times and limits of a session."""

    set_times_required: Annotated[Required, Words("Start and end are set beforehand")]
    usual_minutes: Annotated[Sourced[AtLeastOne], Words("Usual length of a deployment", "minutes")]
    explain_above_minutes: Annotated[
        Sourced[AtLeastOne], Words("Length above which a reason is asked for", "minutes")
    ]
    permit_seconds: Annotated[Sourced[AtLeastOne], Words("Life of a permit", "seconds")]
    clock_skew_seconds: Annotated[Sourced[Count], Words("Clock difference allowed", "seconds")]
    # Without it, what is to be deleted immediately has no time for the word that it was.
    deletion_grace_minutes: Annotated[
        Sourced[Count] | None, Words("Deleted immediately means within", "minutes")
    ] = None


class Calendar(Section):
    """How often, and how much rest."""

    area_cap: Annotated[
        Sourced[AtLeastOne], Words("Deployments in one area before a warning", "deployments")
    ]
    area_cap_days: Annotated[Sourced[AtLeastOne], Words("Counted over", "days")]
    rest_hours: Annotated[Sourced[Count], Words("Rest between two duties of a team", "hours")]


class Notice(Section):
    """Telling the public beforehand."""

    on_website: Annotated[Required, Words("Announced on the force's website")]
    lead_hours: Annotated[Sourced[Count], Words("Announced at least before the start", "hours")]
    critical_threat_exception: Annotated[
        Required, Words("May be left out under a critical threat, with a reason")
    ]


class Signs(Section):
    """Signs on the street."""

    spacing_m: Annotated[Sourced[Metres], Words("Widest gap between signs on the ring", "m")]
    distance_m: Annotated[
        Sourced[Metres], Words("A sign is passed before the zone by at least", "m")
    ]
    recheck_minutes: Annotated[Sourced[AtLeastOne], Words("Signs re-checked every", "minutes")]
    grace_minutes: Annotated[
        Sourced[Count], Words("A sign may be down before permits stop", "minutes")
    ]
    paper_sizes: Annotated[Sourced[Texts], Words("Paper sizes")]
    text: Annotated[Sourced[Text], Words("Text of a sign")]


class Retention(Section):
    """How long something is kept after a deployment."""

    asset: Annotated[Sourced[Text], Words("What is kept")]
    hours: Annotated[
        Sourced[Count],
        Words("Longest time until it is deleted", "hours", {"0": "none: deleted immediately"}),
    ]


class Council(Strict):
    """What a council has put on record."""

    council: Text
    year: Annotated[int, Field(ge=2000, le=2100)] | None = None
    stance: Sourced[Text]


class Community(Section):
    """The communities it concerns."""

    impact_assessment_each: Annotated[
        Required, Words("A community impact assessment for every operation")
    ]
    councils: Annotated[tuple[Council, ...], Words("Council")]


class Records(Section):
    """What is published afterwards."""

    columns: Annotated[Sourced[Texts], Words("Columns of the published record")]
    suppress_below: Annotated[
        Sourced[AtLeastOne] | None, Words("Smaller numbers of people are not shown by group", "")
    ] = None
