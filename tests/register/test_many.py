"""A register of years: the number of queries does not grow with it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from overt import triggers
from overt.deployments.models import Deployment, Notice, NoticeKind, Version
from overt.recognition.models import Record, Session
from tests.deployments import making
from tests.recognition.publishing import published

MANY = 600
LONGEST = 12


@pytest.fixture
def many(db):
    """So many deployments, each with an announcement and every third with a cancellation; every
    other one with a record, of which the first is corrected."""
    first = published().deployment
    version, notice = first.current_version, first.notices.get()
    session, record = first.sessions.get(), Record.objects.get()
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
    ran = Session.objects.bulk_create(
        Session(
            deployment=each,
            version=one,
            **{
                field.attname: getattr(session, field.attname)
                for field in Session._meta.concrete_fields
                if field.attname not in ("id", "deployment_id", "version_id")
            },
        )
        for each, one in zip(made[::2], versions[::2], strict=True)
    )
    Record.objects.bulk_create(
        Record(
            session=each,
            number=number,
            digest=f"{place:060x}{number:04x}",
            document=record.document,
            reason="Counted anew." if number > 1 else "",
            published_by=record.published_by,
            published_at=record.published_at,
        )
        for place, each in enumerate(ran)
        for number in ((1, 2) if place == 0 else (1,))
    )
    connection.check_constraints()
    triggers.install_all(connection)


ADDRESSES = (
    "/register/",
    "/register/?when=past&page=100",
    "/register/?words=place+599&borough=Borough+5&year=2026",
    "/register/feed.atom",
    "/register/notices.json?page=20",
    "/register/LFR-2020-0003/",
    "/register/LFR-2020-0000/",
    "/register/records/",
    "/register/records/2026/",
    "/register/records/2026/?page=20",
    "/register/records/2026.json?page=9",
    "/register/records/2026/totals/",
)
# Whole by what they are: their queries do not grow, their length does.
WHOLE = ("/register/records/2026.csv", "/register/records/2026.json")


@pytest.mark.both_databases
def test_the_queries_of_a_page_do_not_grow_with_the_register(client, many):
    for address in (*ADDRESSES, "/register/records/2026.csv"):
        with CaptureQueriesContext(connection) as seen:
            response = client.get(address)
        assert response.status_code == 200
        assert len(seen) <= LONGEST, (address, [query["sql"][:120] for query in seen])
        assert len(response.content) < 400_000 or address.startswith(WHOLE), address
