"""`python -m tests.faults.report`: every session with all that is known of it, as JSON.

Fails where the ledger does not hold.
"""

import json
import sys
from typing import Any

import django
from django.core.management import call_command


def report() -> list[dict[str, Any]]:
    from django.db.models import Count, Sum
    from django.utils import timezone

    from overt.ledger.models import Entry
    from overt.recognition import states
    from overt.recognition.models import (
        Alert,
        Batch,
        Counter,
        Deletion,
        JobRun,
        PermitDecision,
        Session,
    )
    from overt.recognition.selectors import account

    now = timezone.now()
    found = []
    for session in Session.objects.select_related("deployment", "version").order_by("opened_at"):
        given = PermitDecision.objects.filter(session=session, sequence__isnull=False)
        shown = account.shown(session, now=now) if session.state in states.SETTLING else None
        found.append(
            {
                "id": str(session.id),
                "deployment": session.deployment.reference,
                "deployment_state": session.deployment.state,
                "state": session.state,
                "stop_kind": session.stop_kind,
                "stop_at": _seconds(session.stop_at),
                "permits": session.permits,
                "given": [
                    [one.sequence, _seconds(one.at), _seconds(one.expires_at)] for one in given
                ],
                "live_since": _seconds(session.live_since),
                "ends_at": _seconds(session.ends_at),
                "refusals": dict(
                    PermitDecision.objects.filter(session=session, sequence__isnull=True)
                    .order_by()
                    .values_list("refusal")
                    .annotate(Count("pk"))
                ),
                "faces": Counter.objects.filter(session=session).aggregate(total=Sum("faces_seen"))[
                    "total"
                ]
                or 0,
                "alerts": Alert.objects.filter(session=session).count(),
                "outcomes": _outcomes(session),
                "batches": list(
                    Batch.objects.filter(session=session)
                    .order_by("number")
                    .values_list("number", flat=True)
                ),
                "deletions": Deletion.objects.filter(session=session).count(),
                "discrepancies": [one.discrepancy.name for one in shown.found] if shown else [],
                "moves": [
                    [entry.verb, _seconds(entry.at)]
                    for entry in Entry.objects.filter(subject=session.subject).order_by("seq")
                ],
                "deployment_verbs": list(
                    Entry.objects.filter(subject=session.deployment.subject)
                    .order_by("seq")
                    .values_list("verb", flat=True)
                ),
                "runs": [
                    {
                        "fence": run.fence,
                        "worker": run.worker,
                        "started_at": _seconds(run.started_at),
                        "heartbeat_at": _seconds(run.heartbeat_at),
                        "ended_at": _seconds(run.ended_at),
                        "outcome": run.outcome,
                    }
                    for run in JobRun.objects.filter(subject=session.subject).order_by("fence")
                ],
            }
        )
    return found


def _outcomes(session: Any) -> dict[str, list[list[Any]]]:
    """Of each alert, by its name, all that was said of it, in the order in which it was."""
    from overt.recognition.models import AlertReport

    said: dict[str, list[list[Any]]] = {}
    for report in (
        AlertReport.objects.filter(alert__session=session)
        .select_related("alert", "batch")
        .order_by("batch__number")
    ):
        words = [report.decision, report.engaged, report.outcome, report.ethnicity]
        said.setdefault(report.alert.name, []).append(words)
    return said


def _seconds(at: Any) -> float | None:
    return at.timestamp() if at else None


if __name__ == "__main__":
    django.setup()
    call_command("verify_ledger", stdout=sys.stderr)
    json.dump(report(), sys.stdout)
