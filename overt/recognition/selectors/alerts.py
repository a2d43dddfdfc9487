"""Alerts with what was said of them."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from overt.recognition.models import Alert, AlertReport, Session

ALERTS_SHOWN = 50
# Nothing was said, or something is left out.
WAITS = Q(last__isnull=True) | Q(last_decision="") | Q(last_outcome="")


@dataclass(frozen=True)
class Row:
    """`last` is the last that was said; None where nothing was."""

    alert: Alert
    last: AlertReport | None

    @property
    def waits(self) -> bool:
        return self.last is None or not self.last.decision or not self.last.outcome


def count(session: Session) -> tuple[int, int]:
    """How many alerts there are, and how many of them wait for a decision or an outcome."""
    return Alert.objects.filter(session=session).count(), waiting(session).count()


def waiting(session: Session) -> QuerySet[Alert]:
    """Those that wait for a decision or an outcome, the oldest first."""
    return _with_last(session).filter(WAITS).order_by("at", "pk")


def page(
    session: Session, *, only_waiting: bool, number: str | None
) -> tuple[Page[Alert], list[Row]]:
    """Those that wait first, each group by time, with what was said of those on the page. Three
    queries, however many there are."""
    found = _with_last(session)
    if only_waiting:
        found = found.filter(WAITS)
    order = Case(When(WAITS, then=Value(0)), default=Value(1), output_field=IntegerField())
    shown: Page[Alert] = Paginator(found.order_by(order, "at", "pk"), ALERTS_SHOWN).get_page(number)
    alerts: list[Any] = list(shown.object_list)
    last = {
        report.pk: report
        for report in AlertReport.objects.filter(
            pk__in=[alert.last for alert in alerts if alert.last]
        ).select_related("person")
    }
    return shown, [Row(alert, last.get(alert.last)) for alert in alerts]


def _with_last(session: Session) -> QuerySet[Alert]:
    said = AlertReport.objects.filter(alert=OuterRef("pk")).order_by("-pk")
    return Alert.objects.filter(session=session).annotate(
        last=Subquery(said.values("pk")[:1]),
        last_decision=Subquery(said.values("decision")[:1]),
        last_outcome=Subquery(said.values("outcome")[:1]),
    )


def history(alert: Alert) -> list[AlertReport]:
    """All that was said of it, the last one last."""
    return list(AlertReport.objects.filter(alert=alert).select_related("person").order_by("pk"))


def answered(report: AlertReport | None) -> dict[str, str]:
    """What the form begins with: what is known."""
    if report is None:
        return {}
    engaged = "" if report.engaged is None else "yes" if report.engaged else "no"
    return {"decision": report.decision, "engaged": engaged, "outcome": report.outcome}
