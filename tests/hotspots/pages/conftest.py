"""Someone signed in, and analyses to look at."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from overt.accounts import roles
from overt.accounts.models import User
from overt.hotspots.models import Analysis, Area
from overt.hotspots.services.analyses import summary_of
from tests.hotspots import records

NOW = datetime(2025, 5, 6, 9, 30, tzinfo=UTC)


@pytest.fixture
def analyst(db: None) -> User:
    user = User.objects.create(username="ann")
    user.groups.add(Group.objects.get(name=roles.ANALYST))
    return user


@pytest.fixture
def client(analyst: User) -> Client:
    """An analyst's browser."""
    opened = Client()
    opened.force_login(analyst)
    return opened


@pytest.fixture
def auditor_client(db: None) -> Client:
    user = User.objects.create(username="aud")
    user.groups.add(Group.objects.get(name=roles.AUDITOR))
    opened = Client()
    opened.force_login(user)
    return opened


@pytest.fixture
def area(db: None) -> Area:
    boundary = records.boundary()
    ring = boundary[0][0]
    return Area.objects.create(
        kind="borough",
        name="Sample borough",
        boundary=records.canonical(boundary),
        boundary_sha256="d" * 64,
        west=min(e for e, _ in ring),
        south=min(n for _, n in ring),
        east=max(e for e, _ in ring),
        north=max(n for _, n in ring),
        source_name="sample.geojson",
        source_sha256="a" * 64,
        imported_at=NOW,
    )


def answered(area: Area, record: dict[str, Any]) -> Analysis:
    """An analysis that has this record for an answer."""
    return Analysis.objects.create(
        area=area,
        parameters=record["parameters"],
        policy_name=record["policy"]["name"],
        policy_digest=record["policy"]["digest"],
        state="refused" if record["refusal"] else "done",
        progress=100,
        requested_at=NOW,
        finished_at=NOW,
        digest=record["digest"],
        record=records.canonical(record),
        summary=summary_of(record),
    )


@pytest.fixture
def analysis(area: Area) -> Analysis:
    return answered(area, records.record())


@pytest.fixture
def refused(area: Area) -> Analysis:
    return answered(area, records.refused())


@pytest.fixture
def queued(area: Area) -> Analysis:
    return Analysis.objects.create(
        area=area,
        parameters={},
        policy_name="met-2024-09",
        policy_digest="b" * 64,
        requested_at=NOW,
    )
