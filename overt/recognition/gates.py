"""The gates of a session: what has to hold before it is armed, and again at every permit.

Rules, each one gate; `Gate.rule` names it in the ledger, on pages and in refusals
1. time-is-now: the session's time has begun and not ended. Asked of a permit, not of arming.
2. authority-holds: an authority for the session's version holds at that moment.
3. version-is-authorised: the deployment has no other version since, and is ready or live.
4. officers-of-rank: whoever authorised and whoever reviewed still has an account in use, with the
   role, and the authorising officer is of the rank the policy asks for.
5. signs-hold: every sign is placed and re-checked, a missing one within its grace.
6. notice-holds: the notice is published with its lead time, or its exception is recorded.
7. manifest-is-fresh: the watchlist's manifest is there, is the one that the system runs, and was
   built no earlier before the start than the policy allows (`watchlist.built_within_hours`).
8. manifest-as-authorised: no category that was not authorised, none with more people, and no more
   people under 18.
9. threshold-high-enough: at or above the policy's floor of the day and the authorised value.
10. roles-filled: everyone named for the day has an account in use; operators have their role.
11. system-known: the system is registered, in use, and its key is valid.
12. clock-agrees: the system's clock differs by no more than `sessions.clock_skew_seconds`.
13. no-overlap: the system runs no other session.
14. policy-in-force: the pinned policy is in force on the day.

A gate fails when what it asks about is not known. Pure: plain values in, gates out; the database
reads are in `selectors/facts.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from overt.policy.document import Profile

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Gate:
    """`evidence` is one sentence that says what was found; `not_confirmed` that a value of the
    policy which decided it is not confirmed by an official document."""

    rule: str
    title: str
    passed: bool
    evidence: str
    not_confirmed: bool = False


@dataclass(frozen=True)
class Officer:
    """An account whose word the authority rests on, as it is now."""

    name: str
    in_use: bool
    has_role: bool
    level: int


@dataclass(frozen=True)
class Authority:
    """The authority that holds, and the lowest level of rank that it takes."""

    kind: str
    is_oral: bool
    by: Officer
    needed_level: int
    valid_until: datetime


@dataclass(frozen=True)
class Manifest:
    digest: str
    built_at: datetime
    total: int
    under_18: int
    categories: Mapping[str, int]


@dataclass(frozen=True)
class Composition:
    """The watchlist as it was authorised: the most people of each category."""

    categories: Mapping[str, int]
    under_18: int
    threshold: str


@dataclass(frozen=True)
class Facts:
    """All that the gates read, at one moment."""

    now: datetime
    starts_at: datetime
    ends_at: datetime
    is_ready_or_live: bool
    is_current_version: bool
    authority: Authority | None
    needs_review: bool
    reviewer: Officer | None
    sign_faults: tuple[str, ...]
    notice_fault: str
    manifest: Manifest | None
    manifest_in_use: str
    authorised: Composition
    threshold_in_use: str
    roles_missing: tuple[str, ...]
    system_in_use: bool
    system_has_key: bool
    clock_offset: timedelta | None
    overlapping: str
    profile: Profile


def _time_is_now(facts: Facts) -> tuple[bool, str, bool]:
    if facts.now < facts.starts_at:
        return False, f"The session starts at {_clock(facts.starts_at)}.", False
    if facts.now >= facts.ends_at:
        return False, f"The session ended at {_clock(facts.ends_at)}.", False
    return True, f"The session lasts until {_clock(facts.ends_at)}.", False


def _authority_holds(facts: Facts) -> tuple[bool, str, bool]:
    held = facts.authority
    if held is None:
        return False, "No authority for this version is in force.", False
    return True, f"{held.kind} by {held.by.name}, until {_clock(held.valid_until)}.", False


def _version_is_authorised(facts: Facts) -> tuple[bool, str, bool]:
    if not facts.is_current_version:
        return False, "The application has another version since.", False
    if not facts.is_ready_or_live:
        return False, "The deployment is not ready.", False
    return True, "The deployment stands as it was authorised.", False


def _officers_of_rank(facts: Facts) -> tuple[bool, str, bool]:
    policy = facts.profile.authorising
    unsure = not policy.rank.is_confirmed
    held = facts.authority
    if held is None:
        return False, "Nobody has authorised this version.", unsure
    if not (held.by.in_use and held.by.has_role):
        return False, f"The account of {held.by.name}, who authorised, is not in use.", unsure
    if held.by.level < held.needed_level:
        return False, f"{held.by.name}, who authorised, is below the rank that may.", unsure
    if facts.needs_review and not held.is_oral and facts.reviewer is None:
        return False, "No legal adviser has reviewed this version.", unsure
    reviewer = facts.reviewer
    if reviewer is not None and not (reviewer.in_use and reviewer.has_role):
        return False, f"The account of {reviewer.name}, who reviewed, is not in use.", unsure
    also = f" and {reviewer.name}" if reviewer else ""
    return True, f"The accounts of {held.by.name}{also} are in use and of rank.", unsure


def _signs_hold(facts: Facts) -> tuple[bool, str, bool]:
    unsure = not facts.profile.signs.recheck_minutes.is_confirmed
    said = " ".join(facts.sign_faults)
    return not said, said or "Every sign is in place and re-checked.", unsure


def _notice_holds(facts: Facts) -> tuple[bool, str, bool]:
    unsure = not facts.profile.notice.lead_hours.is_confirmed
    said = facts.notice_fault
    return not said, said or "The notice is published, or its exception recorded.", unsure


def _manifest_is_fresh(facts: Facts) -> tuple[bool, str, bool]:
    hours = facts.profile.watchlist.built_within_hours
    unsure = not hours.is_confirmed
    manifest = facts.manifest
    if manifest is None:
        return False, "The system has sent no watchlist manifest.", unsure
    if facts.manifest_in_use != manifest.digest:
        return False, "The system does not run the watchlist of its last manifest.", unsure
    if manifest.built_at > facts.now:
        return False, "The watchlist says that it was built in the future.", unsure
    oldest = facts.starts_at - timedelta(hours=hours.value)
    if manifest.built_at < oldest:
        return (
            False,
            f"The watchlist was built at {_clock(manifest.built_at)}, more than {hours.value} "
            "hours before the start.",
            unsure,
        )
    return True, f"The watchlist was built at {_clock(manifest.built_at)}.", unsure


def _manifest_as_authorised(facts: Facts) -> tuple[bool, str, bool]:
    manifest, authorised = facts.manifest, facts.authorised
    if manifest is None:
        return False, "The system has sent no watchlist manifest.", False
    unknown = sorted(set(manifest.categories) - set(authorised.categories))
    if unknown:
        return False, f"{len(unknown)} of its categories were not authorised.", False
    over = [
        name for name, count in manifest.categories.items() if count > authorised.categories[name]
    ]
    if over:
        return False, f"More people than authorised: {', '.join(sorted(over))}.", False
    if manifest.under_18 > authorised.under_18:
        return False, "More people under 18 than authorised.", False
    return True, f"{manifest.total:,} people, in categories as authorised.", False


def _threshold_high_enough(facts: Facts) -> tuple[bool, str, bool]:
    today = day(facts.now)
    floor = facts.profile.threshold.floor_on(today)
    unsure = floor is not None and not floor.is_confirmed
    used = facts.threshold_in_use
    if not used:
        return False, "The system has not said its threshold.", unsure
    if not facts.profile.threshold.allows(used, today):
        return False, f"The threshold {used} is below the policy's floor of the day.", unsure
    if Fraction(used) < Fraction(facts.authorised.threshold):
        return (
            False,
            f"The threshold {used} is below the authorised {facts.authorised.threshold}.",
            unsure,
        )
    return True, f"The threshold is {used}.", unsure


def _roles_filled(facts: Facts) -> tuple[bool, str, bool]:
    said = " ".join(facts.roles_missing)
    return not said, said or "Everyone named for the day has an account in use.", False


def _system_known(facts: Facts) -> tuple[bool, str, bool]:
    if not facts.system_in_use:
        return False, "The system is not in use.", False
    if not facts.system_has_key:
        return False, "The system has no valid key.", False
    return True, "The system is registered and its key is valid.", False


def _clock_agrees(facts: Facts) -> tuple[bool, str, bool]:
    skew = facts.profile.sessions.clock_skew_seconds
    unsure = not skew.is_confirmed
    if facts.clock_offset is None:
        return False, "The system has not said its time.", unsure
    off = abs(facts.clock_offset).total_seconds()
    if off > skew.value:
        return (
            False,
            f"The system's clock is off by {off:.1f} s; {skew.value} s is allowed.",
            unsure,
        )
    return True, f"The system's clock is off by {off:.1f} s.", unsure


def _no_overlap(facts: Facts) -> tuple[bool, str, bool]:
    if facts.overlapping:
        return False, f"The system runs another session: {facts.overlapping}.", False
    return True, "The system runs no other session.", False


def _policy_in_force(facts: Facts) -> tuple[bool, str, bool]:
    validity, today = facts.profile.validity, day(facts.now)
    first, last = validity.in_force_from, validity.in_force_until
    unsure = not first.is_confirmed
    if today < first.value or (last is not None and today > last.value):
        return False, f"The policy {facts.profile.title} is not in force today.", unsure
    return True, f"The policy {facts.profile.title} is in force.", unsure


Judge = Callable[[Facts], tuple[bool, str, bool]]
TIME = "time-is-now"
_GATES: tuple[tuple[str, str, Judge], ...] = (
    (TIME, "Time", _time_is_now),
    ("authority-holds", "Authority", _authority_holds),
    ("version-is-authorised", "Version", _version_is_authorised),
    ("officers-of-rank", "Officers", _officers_of_rank),
    ("signs-hold", "Signs", _signs_hold),
    ("notice-holds", "Notice", _notice_holds),
    ("manifest-is-fresh", "Watchlist manifest", _manifest_is_fresh),
    ("manifest-as-authorised", "Watchlist composition", _manifest_as_authorised),
    ("threshold-high-enough", "Threshold", _threshold_high_enough),
    ("roles-filled", "Roles", _roles_filled),
    ("system-known", "System", _system_known),
    ("clock-agrees", "Clock", _clock_agrees),
    ("no-overlap", "No other session", _no_overlap),
    ("policy-in-force", "Policy", _policy_in_force),
)
RULES = tuple(rule for rule, *_ in _GATES)


def evaluate(facts: Facts) -> tuple[Gate, ...]:
    """Every gate, in the order of the rules."""
    return tuple(Gate(rule, title, *judge(facts)) for rule, title, judge in _GATES)


def failed(gates: tuple[Gate, ...], *, before_the_start: bool = False) -> tuple[Gate, ...]:
    """The gates that do not hold; `before_the_start` leaves the time out, as arming does."""
    return tuple(
        gate for gate in gates if not gate.passed and not (before_the_start and gate.rule == TIME)
    )


def _clock(at: datetime) -> str:
    return at.astimezone(LONDON).strftime("%H:%M:%S on %-d %B %Y")


def day(at: datetime) -> date:
    """The day in London."""
    return at.astimezone(LONDON).date()
