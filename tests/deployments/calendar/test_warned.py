"""Warnings stand where someone plans, and where someone decides."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from overt.accounts import roles
from overt.deployments import states
from overt.deployments.models import Deployment
from tests.accounts.signing_in import sign_in
from tests.deployments import making

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

RESTLESS = "Blue team has 8 h of rest before"


@pytest.fixture
def made() -> Deployment:
    """Submitted, with too little rest before the next one."""
    cast = making.people()
    made = making.deployment_in(states.SUBMITTED, cast)
    making.draft(cast, title="Next", start=making.START + timedelta(hours=15))
    return made


def page(name: str, *args: str, as_: str = "pat") -> str:
    client = Client()
    sign_in(client, making.account(as_, *_ROLES[as_]))
    response = client.get(reverse(f"deployments:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


_ROLES = {"pat": (roles.PLANNER,), "lee": (roles.LEGAL,)}


def test_the_deployment_says_them_and_leads_to_its_week(made: Deployment) -> None:
    content = page("deployment", made.reference)
    assert RESTLESS in content
    assert "?view=week&amp;year=2026&amp;week=49" in content
    assert reverse("deployments:calendar_entry", args=[made.reference]) in content


def test_the_task_that_can_mend_it_says_it_and_others_do_not(made: Deployment) -> None:
    assert RESTLESS in page("task", made.reference, "resources")
    assert RESTLESS not in page("task", made.reference, "time")


def test_whoever_reviews_reads_it(made: Deployment) -> None:
    content = page("review", made.reference, as_="lee")
    assert "1 warning" in content
    assert RESTLESS in content
