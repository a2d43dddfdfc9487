"""Any sequence of bookings, against a model that looks at every pair."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from shapely import Polygon

from overt.deployments.models import Booking

from .booked import T0, booking, deployment, zone_booking

pytestmark = pytest.mark.both_databases

EAST, NORTH = 530_000_00, 180_000_00
HOURS = st.tuples(st.integers(0, 12), st.integers(1, 6))
SUBJECTS = st.sampled_from(["system:1", "system:2", "person:1"])
CORNER = st.tuples(st.integers(0, 8), st.integers(0, 8))


@st.composite
def rings(draw: st.DrawFn) -> list[list[int]]:
    """Triangles and quadrangles that do not cross themselves, on a coarse lattice, so that many
    of them touch."""
    corners = draw(st.lists(CORNER, min_size=3, max_size=4, unique=True))
    shape = Polygon(corners)
    if not shape.is_valid or shape.area == 0:
        shape = Polygon([(0, 0), (corners[0][0] + 1, 0), (0, corners[1][1] + 1)])
    scale = draw(st.sampled_from([1, 333, 5_000]))
    return [
        [EAST + round(e) * scale, NORTH + round(n) * scale]
        for e, n in list(shape.exterior.coords)[:-1]
    ]


class Sequences(TestCase):
    @settings(max_examples=60)
    @given(st.lists(st.tuples(SUBJECTS, HOURS), max_size=14))
    def test_no_subject_is_ever_taken_twice_at_once(
        self, wanted: list[tuple[str, tuple[int, int]]]
    ) -> None:
        held: list[tuple[str, int, int]] = []
        for number, (subject, (start, hours)) in enumerate(wanted, start=1):
            row = booking(
                deployment(number), subject, start=T0 + timedelta(hours=start), hours=hours
            )
            free = all(
                other != subject or start >= until or start + hours <= since
                for other, since, until in held
            )
            assert self.saved(row) == free
            if free:
                held.append((subject, start, start + hours))
        assert Booking.objects.count() == len(held)

    @settings(max_examples=60)
    @given(st.lists(st.tuples(rings(), HOURS), max_size=6))
    def test_no_place_is_ever_taken_twice_at_once(
        self, wanted: list[tuple[list[list[int]], tuple[int, int]]]
    ) -> None:
        held: list[tuple[Polygon, int, int]] = []
        for number, (ring, (start, hours)) in enumerate(wanted, start=1):
            row = zone_booking(
                deployment(number), ring, start=T0 + timedelta(hours=start), hours=hours
            )
            shape = Polygon(ring)
            free = all(
                start >= until or start + hours <= since or not shape.intersects(other)
                for other, since, until in held
            )
            assert self.saved(row) == free
            if free:
                held.append((shape, start, start + hours))

    @staticmethod
    def saved(row: Booking) -> bool:
        try:
            with transaction.atomic():
                row.save()
        except DatabaseError:
            return False
        return True
