"""How long before a deployment the public was told, and whether that is long enough.

Rules
1. Lead time is real time from publication to the start. It is given in whole hours, rounded down,
   so that nothing is said to be longer than it was; a change of the clocks adds or takes nothing.
2. It is kept when at least `notice.lead_hours` lie between publication and the start. Every
   notice counts from its own publication: a change is news from the moment it is published.
3. Where it is not kept, the notice may only be published with the reason that was authorised with
   the application, and only where `notice.critical_threat_exception` allows that. The reason is
   published with the notice.
4. With such a reason a notice may also be published after the start, and then says so.
5. Where the policy asks for no notice (`notice.on_website`), one may be published at any time.
Pure: no Django.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from overt.policy.document import Profile

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Lead:
    """`hours` from publication to the start, negative after it; `required` by the policy.

    `exception` is the reason that goes with a lead time that is not kept.
    """

    hours: int
    required: int
    kept: bool
    after_start: bool
    exception: str
    refusal: str

    @property
    def may_publish(self) -> bool:
        return not self.refusal


def lead(*, starts_at: datetime, published_at: datetime, reason: str, profile: Profile) -> Lead:
    """The lead time of a notice published at `published_at`; `reason` is the application's."""
    asked = profile.notice.on_website.value
    required = profile.notice.lead_hours.value if asked else 0
    before = _before(starts_at, published_at)
    kept = not asked or before >= required * _HOUR
    given = "" if kept else reason.strip()
    return Lead(
        hours=whole_hours(starts_at=starts_at, published_at=published_at),
        required=required,
        kept=kept,
        after_start=before < timedelta(0),
        exception=given if profile.notice.critical_threat_exception.value else "",
        refusal="" if kept else _refusal(given, required, profile),
    )


def whole_hours(*, starts_at: datetime, published_at: datetime) -> int:
    """Rule 1."""
    return _before(starts_at, published_at) // _HOUR


def _before(starts_at: datetime, published_at: datetime) -> timedelta:
    # Two times of one zone would be subtracted as a clock on the wall shows them.
    return starts_at.astimezone(UTC) - published_at.astimezone(UTC)


def _refusal(reason: str, required: int, profile: Profile) -> str:
    short = f"Fewer than the {required} hours that the policy asks for are left before the start"
    if not profile.notice.critical_threat_exception.value:
        return f"{short}, and it allows no exception: change the application to a later time."
    if not reason:
        return (
            f"{short}: change the application to a later time, or give the critical threat in its "
            "notice task."
        )
    return ""
