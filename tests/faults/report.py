"""`python -m tests.faults.report`: every session with all that is known of it, as JSON."""

import json
import sys
from typing import Any

import django


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
                "batches": Batch.objects.filter(session=session).count(),
                "deletions": Deletion.objects.filter(session=session).count(),
                "discrepancies": [one.discrepancy.name for one in shown.found] if shown else [],
                "verbs": list(
                    Entry.objects.filter(subject=session.subject)
                    .order_by("seq")
                    .values_list("verb", flat=True)
                ),
                "runs": list(
                    JobRun.objects.filter(subject=session.subject)
                    .order_by("pk")
                    .values_list("outcome", flat=True)
                ),
            }
        )
    return found


def _seconds(at: Any) -> float | None:
    return at.timestamp() if at else None


if __name__ == "__main__":
    django.setup()
    json.dump(report(), sys.stdout)
