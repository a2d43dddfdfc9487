"""Checks of alerts, by the last word on each (rules 1 to 5)."""

from collections.abc import Callable
from datetime import datetime

from ..figures import Judged
from .stated import Account, Alert, Discrepancy, listed


def alert_undecided(account: Account, _: datetime) -> Discrepancy | None:
    return _of_alerts(
        account,
        lambda alert, said: not said.decision,
        name="alert-undecided",
        words="not decided",
        todo="Enter the operator's decision.",
    )


def engagement_unknown(account: Account, _: datetime) -> Discrepancy | None:
    return _of_alerts(
        account,
        lambda alert, said: bool(said.decision) and said.engaged is None,
        name="engagement-unknown",
        words="decided, but it is not said whether officers spoke to the person",
        todo="Enter whether officers spoke to the person.",
    )


def outcome_missing(account: Account, _: datetime) -> Discrepancy | None:
    return _of_alerts(
        account,
        lambda alert, said: bool(said.decision) and not said.outcome,
        name="outcome-missing",
        words="decided, but without an outcome",
        todo="Enter the outcome: arrest, other action or no action.",
    )


def outcome_contradicts(account: Account, _: datetime) -> Discrepancy | None:
    return _of_alerts(
        account,
        lambda alert, said: (
            (said.decision == "false" and said.outcome == "arrest")
            or (said.engaged is False and said.outcome in {"arrest", "other"})
        ),
        name="outcome-contradicts",
        words="said to be false and yet an arrest, or acted on though nobody spoke to the person",
        todo="Correct the alert, or explain how it came about.",
        can_be_explained=True,
    )


def decision_before_alert(account: Account, _: datetime) -> Discrepancy | None:
    decided = {
        alert.name: alert.reports[-1].decided_at for alert in account.alerts if alert.reports
    }

    def is_early(alert: Alert, said: Judged) -> bool:
        at = decided.get(alert.name)
        return at is not None and at < alert.at

    return _of_alerts(
        account,
        is_early,
        name="decision-before-alert",
        words="decided before they were raised",
        todo="Correct the time of the decision, or explain it.",
        can_be_explained=True,
    )


def _of_alerts(
    account: Account,
    is_wrong: Callable[[Alert, Judged], bool],
    *,
    name: str,
    words: str,
    todo: str,
    can_be_explained: bool = False,
) -> Discrepancy | None:
    """One discrepancy of all the alerts that `is_wrong` picks by their last report."""
    nothing = Judged("", None, "")
    wrong = sorted(
        alert.name
        for alert in account.alerts
        if is_wrong(alert, alert.reports[-1].judged if alert.reports else nothing)
    )
    if not wrong:
        return None
    sentence = f"Alerts {words}: {listed(wrong)} ({len(wrong):,} of {len(account.alerts):,})."
    return Discrepancy(name, sentence, todo, can_be_explained, tuple(wrong))
