"""What an application lacks before it can be submitted.

Rules (each names the value of the policy profile that it comes from, where one does)
1. use-case: one of the profile's use cases is chosen, with a reason.
2. place: a borough, a description, a public description and a zone; the zone holds
   (`facts.zone_faults`: shape, borough, `place.zone_max_width_m`); its basis holds: a hot hexagon
   of a pinned analysis no older than `place.analysis_max_age_days`; or an access route with a
   reason (`place.access_routes_allowed`) from such an analysis; or a signed statement
   (`place.statement_allowed`, or the use case's own `evidence`).
3. time: set-up ≤ start < end ≤ take-down, the start yet to come; longer than
   `sessions.explain_above_minutes` needs a reason.
4. watchlist: categories with counts, criteria, the source of images
   (`watchlist.image_source_recorded`), the review (`watchlist.reviewed_before_each`), how many are
   under 18, with a reason when any
   (`watchlist.under_18_reason_required`); a threshold at or above `threshold.floors` on the day.
5. necessity: aim, who-where link, expected intrusion, proportionality, and one alternative at
   least, each with why it is not enough.
6. assessments: each of `authorising.assessments` with reference, version, date and document
   hash; the date not in the future.
7. sensitive-places: searched around this very zone within `place.sensitive_distance_m`, each place
   found with a mitigation.
8. community: the council's stance; where the profile has an objection on record
   (`community.councils`), an answer to it; one consultation where
   `community.impact_assessment_each` is set.
9. resources: a system, a team, gold, silver and bronze, one operator and one engagement officer
   at least.
10. signs: planned around this very zone, at least one; approaches that pass no sign need a
    reason.
11. notice: a text; a lead time shorter than `notice.lead_hours` needs a reason, where
    `notice.critical_threat_exception` allows one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from overt.policy.document import Profile

from .tasks import TASKS, Draft
from .words import duration

LONDON = ZoneInfo("Europe/London")
OBJECTION = "against"


@dataclass(frozen=True)
class Missing:
    """`task` names the task, `rule` the rule above, `reason` is for the planner."""

    task: str
    reason: str
    rule: str


@dataclass(frozen=True)
class Facts:
    """What the database and the maps say about a draft; gathered by `selectors/facts.py`.

    `hotspot_touched` is None where no analysis is pinned. `analysis_day` is the day the analysis
    was finished.
    """

    zone_faults: Sequence[str] = ()
    hotspot_touched: bool | None = None
    analysis_day: date | None = None
    uncovered: Sequence[str] = ()
    inactive: Sequence[str] = field(default=())


def missing(draft: Draft, *, profile: Profile, facts: Facts, now: datetime) -> list[Missing]:
    """Everything that is missing, in the order of the tasks; empty when it can be submitted."""
    found: list[Missing] = []
    for task in TASKS:
        reasons = _CHECKS[task.name](draft, profile, facts, now)
        found += [Missing(task.name, reason, task.name.replace("_", "-")) for reason in reasons]
    return found


def by_task(items: Sequence[Missing]) -> Mapping[str, list[Missing]]:
    """What is missing, under the name of its task; every task is there."""
    return {task.name: [item for item in items if item.task == task.name] for task in TASKS}


Reasons = Iterator[str]


def _use_case(draft: Draft, profile: Profile, facts: Facts, now: datetime) -> Reasons:
    if draft.use_case.use_case not in profile.use_cases:
        yield "Choose the use case"
    if not draft.use_case.reason.strip():
        yield "Say why this use case applies"


def _place(draft: Draft, profile: Profile, facts: Facts, now: datetime) -> Reasons:
    place = draft.place
    if place.borough is None:
        yield "Choose the borough"
    if not place.description.strip():
        yield "Describe the place in plain words"
    if not place.public_place.strip():
        yield "Name the place as the public will read it"
    if not place.zone:
        yield "Draw or type the zone of recognition"
        return
    yield from facts.zone_faults
    yield from _basis(draft, profile, facts, now)


def _basis(draft: Draft, profile: Profile, facts: Facts, now: datetime) -> Reasons:
    place, rules = draft.place, profile.place
    use_case = profile.use_cases.get(draft.use_case.use_case)
    by_statement = use_case is not None and use_case.evidence.value == "reasoned statement"
    if place.basis == "statement":
        if not (by_statement or rules.statement_allowed.value):
            yield "The policy does not let a statement stand in for an analysis: choose an analysis"
        if not place.statement.strip():
            yield "Give the reasoned statement"
        elif place.statement_by is None or place.statement_at is None:
            yield "The statement must be signed by whoever makes it"
        return
    if place.basis == "access_route":
        if not rules.access_routes_allowed.value:
            yield "The policy allows no access route: choose a zone on a hot hexagon"
        if not place.route_reason.strip():
            yield "Say why this is an access route to the hotspot"
    elif place.basis != "hotspot":
        yield "Choose what the place rests on: a hotspot, an access route or a statement"
        return
    if place.analysis is None or facts.analysis_day is None:
        yield "Choose the hotspot analysis that the place rests on"
        return
    oldest = rules.analysis_max_age_days.value
    age = (now.astimezone(LONDON).date() - facts.analysis_day).days
    if age > oldest:
        yield f"The analysis is {age} days old, and the policy allows {oldest}: choose a newer one"
    if place.basis == "hotspot" and not facts.hotspot_touched:
        yield "The zone touches no hot hexagon of the analysis: move it, or choose another basis"


def _time(draft: Draft, profile: Profile, facts: Facts, now: datetime) -> Reasons:
    time = draft.time
    start, end = time.starts_at, time.ends_at
    if start is None or end is None:
        yield "Set the start and the end"
        return
    if time.setup_at is None or time.takedown_at is None:
        yield "Set the times of set-up and take-down"
        return
    if not start < end:
        yield "The end must come after the start"
    if time.setup_at > start:
        yield "Set-up must not come after the start"
    if time.takedown_at < end:
        yield "Take-down must not come before the end"
    if start <= now:
        yield "The start has passed: choose a time that is yet to come"
    longest = profile.sessions.explain_above_minutes.value
    if end - start > timedelta(minutes=longest) and not time.long_reason.strip():
        yield f"Say why it lasts more than {duration(longest)}"


def _watchlist(draft: Draft, profile: Profile, facts: Facts, now: datetime) -> Reasons:
    watchlist, rules = draft.watchlist, profile.watchlist
    if watchlist.total < 1:
        yield "Give the categories of the watchlist, each with its count"
    if profile.authorising.watchlist_criteria_approved.value and not watchlist.criteria.strip():
        yield "Give the criteria for being on the watchlist"
    if rules.image_source_recorded.value and not watchlist.image_source.strip():
        yield "Say from which lawful source the images come"
    if rules.reviewed_before_each.value and not watchlist.review.strip():
        yield "Say how the watchlist is reviewed before the deployment"
    if watchlist.under_18 is None:
        yield "Say how many on the watchlist are under 18; 0 when none"
    elif watchlist.under_18 > watchlist.total:
        yield "More people are under 18 than are on the watchlist"
    elif watchlist.under_18 and not _explained(draft, profile):
        yield "Say why people under 18 are on the watchlist"
    yield from _threshold(draft, profile, now)


def _explained(draft: Draft, profile: Profile) -> bool:
    asked = profile.watchlist.under_18_reason_required.value
    return not asked or bool(draft.watchlist.under_18_reason.strip())


def _threshold(draft: Draft, profile: Profile, now: datetime) -> Reasons:
    text = draft.watchlist.threshold
    try:
        threshold = Fraction(text)
    except (ValueError, ZeroDivisionError):
        yield "Give the threshold, as 0.64"
        return
    if not 0 < threshold < 1:
        yield "The threshold must lie between 0 and 1"
        return
    day = (draft.time.starts_at or now).astimezone(LONDON).date()
    floor = profile.threshold.floor_on(day)
    if floor is not None and not profile.threshold.allows(text, day):
        yield f"The threshold {text} is below the floor of {floor.value} on that day"


def _necessity(draft: Draft, profile: Profile, facts: Facts, now: datetime) -> Reasons:
    necessity = draft.necessity
    for text, reason in (
        (necessity.aim, "State the aim"),
        (necessity.who_where, "Say what links the people on the watchlist to this place"),
        (necessity.expected_intrusion, "State the expected intrusion"),
        (necessity.proportionality, "Say why the deployment is proportionate"),
    ):
        if not text.strip():
            yield reason
    if not necessity.alternatives:
        yield "Name at least one less intrusive alternative, and why it is not enough"
    for one in necessity.alternatives:
        if not one.why_not.strip():
            yield f"Say why “{one.measure}” is not enough"


def _assessments(draft: Draft, profile: Profile, facts: Facts, now: datetime) -> Reasons:
    given = {one.kind: one for one in draft.assessments.assessments}
    today = now.astimezone(LONDON).date()
    for kind in profile.authorising.assessments.value:
        one = given.get(kind)
        if one is None or not (one.reference and one.version and one.dated and one.sha256):
            yield f"{kind}: give reference, version, date and the document's hash"
        elif date.fromisoformat(one.dated) > today:
            yield f"{kind}: its date lies in the future"


def _sensitive_places(draft: Draft, profile: Profile, facts: Facts, now: datetime) -> Reasons:
    searched = draft.sensitive_places
    within = profile.place.sensitive_distance_m.value
    if not draft.place.zone:
        yield "Set the zone first: the search is around it"
    elif searched.zone != draft.place.zone or searched.distance_m != within:
        yield f"Search for sensitive places within {within} m of the zone as it now is"
    for one in searched.places:
        if not one.mitigation.strip():
            yield f"Say what is done about {one.place.name}, {one.distance_m} m away"


def _community(draft: Draft, profile: Profile, facts: Facts, now: datetime) -> Reasons:
    community = draft.community
    if not community.council_stance.strip():
        yield "Record the stance of the borough's council"
    if objection_of(draft, profile) and not community.objection_addressed.strip():
        yield "The council is on record against: say how its objection is addressed"
    if profile.community.impact_assessment_each.value and not community.consultations:
        yield "Log at least one consultation"


def objection_of(draft: Draft, profile: Profile) -> str:
    """What the council of the borough has put on record against, or nothing."""
    borough = draft.place.borough
    for council in profile.community.councils:
        if (
            borough
            and council.council.casefold() == borough.name.casefold()
            and OBJECTION in council.stance.value
        ):
            return council.stance.value
    return ""


def _resources(draft: Draft, profile: Profile, facts: Facts, now: datetime) -> Reasons:
    resources = draft.resources
    for chosen, reason in (
        (resources.system, "Choose the system"),
        (resources.team, "Choose the team"),
        (resources.gold, "Name the gold commander"),
        (resources.silver, "Name the silver commander"),
        (resources.bronze, "Name the bronze commander"),
        (resources.operators, "Name at least one operator"),
        (resources.engagement, "Name at least one engagement officer"),
    ):
        if not chosen:
            yield reason
    yield from facts.inactive


def _signs(draft: Draft, profile: Profile, facts: Facts, now: datetime) -> Reasons:
    signs = draft.signs
    if not draft.place.zone:
        yield "Set the zone first: signs stand around it"
    elif not signs.signs:
        yield "Plan the signs"
    elif signs.zone != draft.place.zone:
        yield "The zone has changed since the signs were planned: check them again"
    elif facts.uncovered and not signs.uncovered_reason.strip():
        yield f"Add a sign, or say why none is needed: {'; '.join(facts.uncovered)}"


def _notice(draft: Draft, profile: Profile, facts: Facts, now: datetime) -> Reasons:
    if not profile.notice.on_website.value:
        return
    notice, start = draft.notice, draft.time.starts_at
    if not notice.text.strip():
        yield "Write what the public will read"
    lead = profile.notice.lead_hours.value
    if start is None or start - now >= timedelta(hours=lead) or notice.exception_reason.strip():
        if notice.exception_reason.strip() and not profile.notice.critical_threat_exception.value:
            yield "The policy allows no exception to the lead time: remove the reason"
        return
    if profile.notice.critical_threat_exception.value:
        yield (
            f"Fewer than {lead} hours are left before the start: choose a later time, or give the "
            "critical threat that is the reason"
        )
    else:
        yield f"Fewer than {lead} hours are left before the start: choose a later time"


_CHECKS = {
    "use_case": _use_case,
    "place": _place,
    "time": _time,
    "watchlist": _watchlist,
    "necessity": _necessity,
    "assessments": _assessments,
    "sensitive_places": _sensitive_places,
    "community": _community,
    "resources": _resources,
    "signs": _signs,
    "notice": _notice,
}
