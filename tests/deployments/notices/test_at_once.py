"""Two who publish or cancel at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from overt.deployments import states
from overt.deployments.errors import DeploymentError
from overt.deployments.models import Deployment, Notice
from overt.deployments.services import deciding, notices
from overt.ledger.models import Entry
from tests.deployments import making
from tests.register.announcing import SOON, announced

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def both(*calls):
    """Each in a thread with a connection of its own, begun together: what it raised, or None."""
    together = Barrier(len(calls))

    def run(call):
        try:
            together.wait()
            call()
        except DeploymentError as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_one_of_two_publications_stands():
    made = making.deployment_in(states.AUTHORISED)
    seen, planner = making.digest(made), making.actor(made.created_by)
    given = {"deployment": made, "seen_digest": seen, "actor": planner, "now": SOON}
    outcomes = both(*[lambda: notices.publish(**given)] * 4)
    assert sum(outcome is None for outcome in outcomes) == 1
    assert Notice.objects.count() == 1
    assert Entry.objects.filter(verb="notice.published").count() == 1


def test_a_withdrawal_and_a_cancellation_give_one_cancellation():
    made = announced()
    cast, seen = making.people(), making.digest(made)
    both(
        lambda: deciding.withdraw(
            deployment=made,
            seen_digest=seen,
            reason="No longer.",
            actor=making.actor(cast.officer),
            now=SOON,
        ),
        lambda: notices.cancel_notice(
            deployment=made, reason="Misleads.", actor=making.actor(cast.planner), now=SOON
        ),
    )
    assert list(made.notices.order_by("number").values_list("kind", flat=True)) == [
        "announcement",
        "cancellation",
    ]
    assert Deployment.objects.get(pk=made.pk).state == states.WITHDRAWN
