"""Whatever way a booking comes into the database, nothing is taken twice at once."""

import math
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from overt.deployments import states
from overt.deployments.models import Booking, BookingKind
from overt.deployments.services import bookings
from tests.deployments import making

from .booked import HOUR, T0, booking, deployment, square, zone_booking

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

EAST, NORTH = 530_000_00, 180_000_00


def refused(act: Any) -> None:
    """`act` fails in the database, and the bookings stay as they are."""
    before = list(Booking.objects.order_by("pk").values())
    with pytest.raises(DatabaseError), transaction.atomic():
        act()
    assert list(Booking.objects.order_by("pk").values()) == before


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))


INSERT = (
    "INSERT INTO deployments_booking (deployment_id, kind, subject, zone, starts_at, ends_at) "
    "VALUES (%s, %s, %s, %s, %s, %s)"
)


@pytest.mark.parametrize("subject", ["system:1", "person:7"])
def test_the_same_system_or_person_twice_at_once_is_refused(subject: str) -> None:
    booking(deployment(1), subject).save()
    refused(booking(deployment(2), subject, start=T0 + 3 * HOUR).save)


@pytest.mark.parametrize(
    ("start", "hours"),
    [(-1, 6), (1, 2), (0, 4), (-1, 1.001), (3.999, 1)],
    ids=["around", "within", "the same", "over the start", "over the end"],
)
def test_every_way_to_overlap_is_refused(start: float, hours: float) -> None:
    booking(deployment(1)).save()
    refused(booking(deployment(2), start=T0 + timedelta(hours=start), hours=hours).save)


def test_by_a_microsecond_is_an_overlap() -> None:
    booking(deployment(1)).save()
    refused(booking(deployment(2), start=T0 + 4 * HOUR - timedelta(microseconds=1)).save)


@pytest.mark.parametrize("start", [-4, 4])
def test_one_may_begin_when_the_other_ends(start: int) -> None:
    booking(deployment(1)).save()
    zone_booking(deployment(2), square(EAST, NORTH)).save()
    booking(deployment(3), start=T0 + start * HOUR).save()
    zone_booking(deployment(4), square(EAST, NORTH), start=T0 + start * HOUR).save()
    assert Booking.objects.count() == 4


def test_another_subject_at_that_time_is_free() -> None:
    booking(deployment(1), "system:1").save()
    booking(deployment(2), "system:11").save()
    booking(deployment(3), "person:1").save()
    assert Booking.objects.count() == 3


def test_bulk_create_is_refused_whole() -> None:
    other = deployment(2)
    booking(deployment(1)).save()
    rows = [booking(other, "person:5"), booking(other, "system:1")]
    refused(lambda: Booking.objects.bulk_create(rows))


def test_two_conflicting_rows_of_one_statement_are_refused() -> None:
    rows = [booking(deployment(1)), booking(deployment(2))]
    refused(lambda: Booking.objects.bulk_create(rows))


def test_bulk_create_that_ignores_conflicts_adds_no_overlap() -> None:
    booking(deployment(1)).save()
    row = booking(deployment(2))
    try:
        with transaction.atomic():
            Booking.objects.bulk_create([row], ignore_conflicts=True)
    except DatabaseError:
        pass
    assert Booking.objects.count() == 1


def test_bulk_create_that_updates_conflicts_is_refused() -> None:
    mine = deployment(1)
    booking(mine).save()
    moved = booking(mine, start=T0 + 50 * HOUR)
    refused(
        lambda: Booking.objects.bulk_create(
            [moved],
            update_conflicts=True,
            unique_fields=["deployment", "subject"],
            update_fields=["starts_at", "ends_at"],
        )
    )


def test_update_is_refused_by_every_way() -> None:
    row = booking(deployment(1))
    row.save()
    refused(lambda: Booking.objects.update(starts_at=T0 - HOUR))
    row.ends_at = T0 + HOUR
    refused(row.save)
    refused(lambda: sql("UPDATE deployments_booking SET subject = 'system:2'"))


def test_raw_sql_is_refused() -> None:
    booking(deployment(1)).save()
    other = deployment(2)
    refused(
        lambda: sql(
            INSERT, other.pk, "system", "system:1", "", "2027-03-01 09:00:00", "2027-03-01 10:00:00"
        )
    )


@pytest.mark.parametrize(
    "start",
    [
        "2027-03-01T09:00:00Z",
        "2027-03-01 09:00",
        "2027-03-01 09:00:00+00:00",
        "1803891600",
        "2027-03-01 09:00:00.000000",
        "2027-02-30 09:00:00",
        "02027-03-01 09:00:00",
    ],
)
def test_a_time_that_sqlite_could_not_compare_is_refused(start: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has times of its own")
    other = deployment(2)
    refused(lambda: sql(INSERT, other.pk, "system", "system:1", "", start, "2027-03-01 10:00:00"))


def test_on_sqlite_a_booking_is_not_replaced() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no REPLACE")
    first, second = deployment(1), deployment(2)
    row = booking(first)
    row.save()
    replace = INSERT.replace("INSERT", "INSERT OR REPLACE")
    late = ("2027-04-01 09:00:00", "2027-04-01 10:00:00")
    refused(lambda: sql(replace, first.pk, "system", "system:1", "", *late))
    by_number = replace.replace("(deployment_id", "(id, deployment_id").replace("(%s", "(%s, %s", 1)
    refused(lambda: sql(by_number, row.pk, second.pk, "system", "system:9", "", *late))


@pytest.mark.parametrize("state", states.HOLDING)
def test_a_booking_is_not_deleted_while_its_deployment_holds_it(state: str) -> None:
    made = making.deployment_in(state)
    assert {row.kind for row in made.bookings.all()} == set(BookingKind)
    refused(Booking.objects.all().delete)
    refused(lambda: sql("DELETE FROM deployments_booking"))
    refused(lambda: bookings.release(deployment=made))


@pytest.mark.parametrize("state", sorted(set(states.LABELS) - set(states.HOLDING)))
def test_in_every_other_state_nothing_is_held(state: str) -> None:
    assert not making.deployment_in(state).bookings.exists()


def test_truncate_is_refused() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    booking(deployment(1)).save()
    refused(lambda: sql("TRUNCATE deployments_booking"))


@pytest.mark.parametrize(
    ("east", "north", "meets"),
    [
        (0, 0, True),
        (50_00, 50_00, True),
        (100_00, 0, True),
        (100_00, 100_00, True),
        (100_01, 0, False),
        (100_01, 100_01, False),
    ],
    ids=["the same", "overlap", "touch in an edge", "touch in a corner", "1 cm", "1 cm, corner"],
)
def test_zones_that_share_a_point_conflict(east: int, north: int, meets: bool) -> None:
    zone_booking(deployment(1), square(EAST, NORTH)).save()
    other = zone_booking(deployment(2), square(EAST + east, NORTH + north))
    if meets:
        refused(other.save)
    else:
        other.save()
        assert Booking.objects.count() == 2


def test_a_zone_wholly_inside_another_conflicts() -> None:
    zone_booking(deployment(1), square(EAST, NORTH, 300_00)).save()
    refused(zone_booking(deployment(2), square(EAST + 100_00, NORTH + 100_00, 10_00)).save)


def test_a_zone_in_the_mouth_of_a_bent_one_does_not_conflict() -> None:
    bent = [[0, 0], [300, 0], [300, 300], [200, 300], [200, 100], [100, 100], [100, 300], [0, 300]]
    at = [[EAST + e * 100, NORTH + n * 100] for e, n in bent]
    zone_booking(deployment(1), at).save()
    zone_booking(deployment(2), square(EAST + 120_00, NORTH + 150_00, 50_00)).save()
    assert Booking.objects.count() == 2


def test_zones_of_thousands_of_corners_are_compared() -> None:
    def circle(east: int) -> list[list[int]]:
        steps = range(3000)
        return [
            [
                east + round(200_00 * math.cos(step * math.tau / 3000)),
                NORTH + round(200_00 * math.sin(step * math.tau / 3000)),
            ]
            for step in steps
        ]

    zone_booking(deployment(1), circle(EAST)).save()
    refused(zone_booking(deployment(2), circle(EAST + 399_00)).save)
    zone_booking(deployment(3), circle(EAST + 401_00)).save()


@pytest.mark.parametrize(
    "zone",
    [
        "x",
        "((0,0),(1,0))",
        "((0.5,0),(10,0),(10,10),(0,10))",
        "0,0,1,0,1,1",
        "((0,0),(1,1),(2,0)) ",
    ],
)
def test_a_zone_that_is_spelled_otherwise_is_refused(zone: str) -> None:
    other = deployment(1)
    times = ("2027-03-01 09:00:00", "2027-03-01 10:00:00")
    refused(lambda: sql(INSERT, other.pk, "zone", "zone", zone, *times))
