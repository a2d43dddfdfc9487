"""What in the account of a stopped session does not agree, or is not complete.

Rules, each one check; `Discrepancy.name` names it
1. alert-undecided: every alert has a decision. Must be resolved.
2. engagement-unknown: of every decided alert it is known whether officers spoke to the person: it
   decides the column. Must be resolved.
3. outcome-missing: every decided alert has an outcome. Must be resolved.
4. outcome-contradicts: nobody is arrested on a false alert, and nothing but no action becomes of a
   person to whom nobody spoke. It happens, as when somebody stopped by mistake is arrested for
   something else: so a person may explain it, and it is not taken away.
5. decision-before-alert: a decision is not made before its alert.
6. faces-differ, alerts-differ: what the system said last of its own totals is what it sent.
   totals-unknown where it never said, totals-fell where it said less than in the message before.
7. more-alerts-than-faces: every alert is a face that was counted.
8. batches-missing: every number below the highest has come.
9. outside-permit: nobody was counted, and no alert raised, outside a permit and the skew of clocks.
   A minute is outside when none of it is inside. A minute in which nobody was seen harms nobody.
10. outside-session: nor before the session was live, or after it stopped, and that skew.
11. deletion-overdue, deletion-late: every deletion was attested by its deadline (`deletions.py`).
12. watchlist-deleted-differs: as many entries of the watchlist were deleted as its manifest lists,
    once a deletion is attested at all.
13. seeded-exceeds: a seeded test noticed nobody more often than there were true alerts.
14. stop-by-hand: the system did not say itself that it stopped; a person said so in its stead.

1 to 3 are resolved by completing the alert; the others may be explained by a person instead. One
check gives at most one discrepancy, with all that it concerns as `subjects`. Its `sha256` is over
all of what it says and never over when it was asked: an explanation holds for as long as the
discrepancy reads as it did, and no longer. Only the last word on an alert is held to the rules.
"""

from datetime import datetime

from . import alerts, counts, ending
from .stated import Account, Alert, Check, Discrepancy, Report, Totals

__all__ = ["Account", "Alert", "Discrepancy", "Report", "Totals", "discrepancies"]

_CHECKS: tuple[Check, ...] = (
    alerts.alert_undecided,
    alerts.engagement_unknown,
    alerts.outcome_missing,
    alerts.outcome_contradicts,
    alerts.decision_before_alert,
    counts.totals_unknown,
    counts.faces_differ,
    counts.alerts_differ,
    counts.totals_fell,
    counts.more_alerts_than_faces,
    counts.batches_missing,
    counts.outside_permit,
    counts.outside_session,
    ending.deletion_overdue,
    ending.deletion_late,
    ending.watchlist_deleted_differs,
    ending.seeded_exceeds,
    ending.stop_by_hand,
)


def discrepancies(account: Account, now: datetime) -> tuple[Discrepancy, ...]:
    """All that does not agree at `now`, in the order of the rules."""
    return tuple(found for check in _CHECKS if (found := check(account, now)) is not None)
