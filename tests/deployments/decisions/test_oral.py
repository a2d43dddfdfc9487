"""The urgent route: an authority by word of mouth, recorded, then put in writing or lapsed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.models import Deployment, Determination, Kind
from overt.deployments.services import passing
from overt.deployments.views.panels import decisions as panel_of_decisions
from tests.deployments import making
from tests.deployments.decisions.answering import address, answer, text
from tests.deployments.decisions.conftest import Clock

Browser = Callable[[User], Client]


@pytest.fixture
def submitted(cast: making.People) -> Deployment:
    return making.deployment_in(states.SUBMITTED, cast)


def test_an_inspector_records_when_it_was_given_and_by_when_it_is_in_writing(
    cast: making.People, browser_of: Browser, submitted: Deployment
) -> None:
    response = answer(browser_of(cast.inspector), "oral", submitted)
    assert response.status_code == 302
    made = Determination.objects.get()
    assert made.oral_given_at == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert made.valid_until == datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    submitted.refresh_from_db()
    assert submitted.state == states.AUTHORISED


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"given_time": "11:30"}, "The time it was given lies in the future"),
        ({"given_time": "08:30"}, "lies before this version was submitted"),
        ({"given_time": ""}, "needs a time, such as 14:00"),
        ({"given_day": "", "given_month": "", "given_year": ""}, "must include a date"),
        ({"given_day": "", "given_month": "", "given_year": "", "given_time": ""}, "Enter when"),
        ({"given_day": "31"}, "must be a real date"),
        ({"reason": ""}, "Give the reason"),
    ],
)
def test_a_faulty_time_or_no_reason_records_nothing(
    changes: dict[str, str],
    message: str,
    cast: making.People,
    browser_of: Browser,
    submitted: Deployment,
) -> None:
    response = answer(browser_of(cast.inspector), "oral", submitted, **changes)
    assert message in text(response)
    assert not Determination.objects.exists()


def test_a_time_that_comes_twice_has_to_be_told_apart(
    cast: making.People, browser_of: Browser, clock: Clock
) -> None:
    deployment = making.deployment_in(
        states.SUBMITTED,
        cast,
        now=datetime(2027, 10, 30, 20, 0, tzinfo=UTC),
        start=datetime(2027, 11, 5, 11, 0, tzinfo=UTC),
    )
    clock.now = datetime(2027, 10, 31, 8, 0, tzinfo=UTC)
    client = browser_of(cast.inspector)
    night = {
        "given_day": "31",
        "given_month": "10",
        "given_year": "2027",
        "given_time": "01:30",
    }
    response = answer(client, "oral", deployment, **night)
    assert "comes twice, the clocks go back" in text(response)
    assert "The second, an hour later, in Greenwich Mean Time" in text(response)
    assert answer(client, "oral", deployment, given_which="second", **night).status_code == 302
    given_at = Determination.objects.get().oral_given_at
    assert given_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def test_the_time_left_is_said_until_it_is_in_writing(
    cast: making.People, browser_of: Browser, submitted: Deployment, clock: Clock
) -> None:
    answer(browser_of(cast.inspector), "oral", submitted)
    found = Deployment.objects.get(pk=submitted.pk)

    def due() -> datetime | None:
        shown = panel_of_decisions.panel(found, actor=making.actor(cast.auditor), now=clock.now)
        assert shown is not None
        return shown["due"]

    assert due() == datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    warned = text(browser_of(cast.legal).get(address("review", found)))
    assert "by Wednesday 25 November 2026, 09:30 GMT: 23 hours, 30 minutes from now" in warned
    answer(browser_of(cast.legal), "review", found)
    found = Deployment.objects.get(pk=found.pk)
    assert found.state == states.AUTHORISED
    answer(browser_of(cast.officer), "authorise", found)
    found = Deployment.objects.get(pk=found.pk)
    assert due() is None
    assert Determination.objects.get(kind=Kind.AUTHORITY).valid_until == found.takedown_at


def test_whoever_gave_it_by_word_of_mouth_may_put_it_in_writing(
    cast: making.People, browser_of: Browser, submitted: Deployment
) -> None:
    answer(browser_of(cast.officer), "oral", submitted)
    answer(browser_of(cast.legal), "review", submitted)
    assert answer(browser_of(cast.officer), "authorise", submitted).status_code == 302


def test_a_lapse_is_shown_with_its_reason(
    cast: making.People, browser_of: Browser, submitted: Deployment, clock: Clock
) -> None:
    answer(browser_of(cast.inspector), "oral", submitted)
    later = clock.pass_(hours=24)
    passing.pass_time(actor=making.PROGRAM, now=later)
    found = Deployment.objects.get(pk=submitted.pk)
    assert found.state == states.SUBMITTED
    shown = panel_of_decisions.panel(found, actor=making.actor(cast.auditor), now=later)
    assert shown is not None
    (oral,) = shown["decided"]
    assert shown["live"] is None
    assert oral.short == "Lapsed"
    assert oral.ended.reason == "The oral authority was not put in writing in time."
    # It cannot be given by word of mouth a second time.
    closed = browser_of(cast.inspector).get(address("oral", found))
    assert "There is nothing to authorise" in text(closed)


def test_a_deployment_that_is_over_sooner_ends_the_authority_sooner(
    cast: making.People, browser_of: Browser, clock: Clock
) -> None:
    deployment = making.deployment_in(
        states.SUBMITTED, cast, start=making.NOW + timedelta(hours=26), hours=1
    )
    clock.now = making.NOW + timedelta(hours=20)
    answer(browser_of(cast.inspector), "oral", deployment, given_day="25", given_time="04:59")
    made = Determination.objects.get()
    assert made.valid_until == deployment.takedown_at
