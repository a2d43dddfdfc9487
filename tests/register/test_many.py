"""A register of years: the number of queries does not grow with it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from overt import triggers
from overt.deployments.models import Deployment, Notice, NoticeKind, Version
from tests.deployments import making
from tests.register.announcing import announced

MANY = 5_000
LONGEST = 12


@pytest.fixture
def many(db):
    """5,000 deployments, each with an announcement and every third with a cancellation."""
    first = announced()
    version, notice = first.current_version, first.notices.get()
    # Foreign keys are looked at now: PostgreSQL changes no table while some are due.
    connection.check_constraints()
    triggers.remove_all(connection)
    made = Deployment.objects.bulk_create(
        Deployment(
            reference=f"LFR-2020-{number:04d}",
            state="draft",
            state_at=making.NOW,
            created_by=first.created_by,
            created_at=making.NOW,
            policy_name=first.policy_name,
            policy_digest=first.policy_digest,
            title="One of many",
        )
        for number in range(MANY)
    )
    versions = Version.objects.bulk_create(
        Version(
            deployment=each,
            number=1,
            digest=f"{each.pk:064x}",
            document="{}",
            author=first.created_by,
            submitted_at=making.NOW,
            starts_at=version.starts_at,
            ends_at=version.ends_at,
            review_required=True,
            authorising_level=5,
            urgent_level=3,
            urgent_written_hours=24,
        )
        for each in made
    )
    Notice.objects.bulk_create(
        Notice(
            version=one,
            deployment=each,
            number=number,
            kind=NoticeKind.CANCELLATION if number == 2 else NoticeKind.ANNOUNCEMENT,
            place=f"Place {place}",
            borough=f"Borough {place % 33}",
            text=notice.text,
            starts_at=notice.starts_at - timedelta(days=place % 1500),
            ends_at=notice.ends_at - timedelta(days=place % 1500),
            published_at=notice.published_at - timedelta(days=1600),
            lead_hours=48,
            document=notice.document,
            digest=f"{place:063x}{number}",
        )
        for place, (each, one) in enumerate(zip(made, versions, strict=True))
        for number in ((1, 2) if place % 3 == 0 else (1,))
    )
    connection.check_constraints()
    triggers.install_all(connection)


ADDRESSES = (
    "/register/",
    "/register/?when=past&page=100",
    "/register/?words=place+4999&borough=Borough+16&year=2026",
    "/register/feed.atom",
    "/register/notices.json?page=20",
    "/register/LFR-2020-0003/",
)


@pytest.mark.both_databases
def test_the_queries_of_a_page_do_not_grow_with_the_register(client, many):
    for address in ADDRESSES:
        with CaptureQueriesContext(connection) as seen:
            response = client.get(address)
        assert response.status_code == 200
        assert len(seen) <= LONGEST, (address, [query["sql"][:120] for query in seen])
        assert len(response.content) < 400_000, address
