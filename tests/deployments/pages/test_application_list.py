"""The list of deployments."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from overt.deployments import states
from overt.deployments.models import Deployment
from overt.policy import profiles
from tests.deployments import making
from tests.deployments.pages.answering import soup, text

ADDRESS = reverse("deployments:deployments")


def many(count: int, cast: making.People, **columns: object) -> None:
    profile = profiles.load()
    area = making.borough()
    first = Deployment.objects.count() + 1
    Deployment.objects.bulk_create(
        Deployment(
            reference=f"LFR-2025-{number:04d}",
            state_at=making.NOW,
            created_by=cast.planner,
            created_at=making.NOW,
            policy_name=profile.name,
            policy_digest=profile.digest,
            title=f"Place {number}",
            borough=area,
            **columns,  # type: ignore[arg-type]
        )
        for number in range(first, first + count)
    )


def listed(client: Client, **parameters: str) -> list[str]:
    page = soup(client.get(ADDRESS, parameters))
    return [row.get_text(strip=True) for row in page.select("tbody th a")]


def test_an_empty_list_says_so(auditor: Client) -> None:
    assert "There are no deployments yet." in text(auditor.get(ADDRESS))


def test_only_a_planner_is_offered_to_start_one(planner: Client, auditor: Client) -> None:
    assert "Start an application" in text(planner.get(ADDRESS))
    assert "Start an application" not in text(auditor.get(ADDRESS))


def test_the_list_is_narrowed_by_state_borough_use_case_and_text(
    cast: making.People, auditor: Client
) -> None:
    market = making.deployment_in(states.DRAFT, cast, title="Winter market")
    match = making.deployment_in(states.CANCELLED, cast, title="Football match")
    assert listed(auditor) == [match.reference, market.reference]
    assert listed(auditor, state="draft") == [market.reference]
    assert listed(auditor, text="foot") == [match.reference]
    assert listed(auditor, text=market.reference.lower()) == [market.reference]
    assert listed(auditor, borough=str(making.borough().pk)) == [match.reference, market.reference]
    assert listed(auditor, borough="999999999") == []
    assert listed(auditor, use_case="event_pso", state="cancelled") == [match.reference]
    assert listed(auditor, sort="reference") == [market.reference, match.reference]


@pytest.mark.parametrize(
    "odd",
    [
        {"state": "nonsense"},
        {"borough": "1; drop table"},
        {"borough": "٣"},
        {"sort": "password"},
        {"text": "\0"},
        {"page": "x"},
        {"page": "999"},
    ],
)
def test_odd_parameters_show_the_list(
    odd: dict[str, str], cast: making.People, auditor: Client
) -> None:
    made = making.draft(cast)
    assert listed(auditor, **odd) == [made.reference]


def test_a_planner_sees_which_notices_are_owed(
    cast: making.People, planner: Client, auditor: Client
) -> None:
    announced = making.deployment_in(states.ENDED, cast, title="Announced")
    assert "still to be published" not in text(planner.get(ADDRESS))
    left_out = making.live_without_notice(
        cast, title="Left <out>", start=making.START + timedelta(days=3)
    )
    page = soup(planner.get(ADDRESS))
    (row,) = page.select("section[aria-labelledby=owed] li")
    assert left_out.reference in row.get_text()
    assert "Left <out>" in row.get_text()
    assert announced.reference not in row.get_text()
    assert page.select_one(f"a[href='/deployments/{left_out.reference}/notice/']")
    assert "still to be published" not in text(auditor.get(ADDRESS))


def test_a_title_is_text_and_never_markup(cast: making.People, auditor: Client) -> None:
    making.draft(cast, title="<script>alert(1)</script>")
    content = auditor.get(ADDRESS).content.decode()
    assert "<script>alert(1)" not in content
    assert "&lt;script&gt;alert(1)" in content


@pytest.mark.both_databases
def test_five_thousand_cost_as_many_queries_as_fifty_and_never_read_a_draft(
    cast: making.People, auditor: Client
) -> None:
    many(60, cast, draft={"use_case": {"reason": "x" * 1000}})
    listed(auditor)  # what a session costs once
    with CaptureQueriesContext(connection) as few:
        assert len(listed(auditor)) == 50
    many(4_940, cast)
    with CaptureQueriesContext(connection) as lots:
        assert len(listed(auditor, page="2")) == 50
    assert len(lots) == len(few)
    assert not [query for query in lots if '"draft"' in query["sql"].replace("'draft'", "")]
    assert not [query for query in lots if "boundary" in query["sql"]]


def test_pages_keep_what_was_asked_for(cast: making.People, auditor: Client) -> None:
    many(120, cast)
    page = soup(auditor.get(ADDRESS, {"text": "Place", "sort": "reference", "state": "draft"}))
    onward = page.select_one("a[rel=next]")
    assert onward is not None
    for part in ("text=Place", "sort=reference", "state=draft", "page=2"):
        assert part in str(onward["href"])
