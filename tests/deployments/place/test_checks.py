"""Whether a zone may be used as it is."""

import json
import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from overt.deployments.place import checks, reading
from overt.hotspots.areas.boundary import read_boundaries

from .streets import E0, N0, square


def boundary(side: int = 1_000_00) -> str:
    return json.dumps([[[list(p) for p in square(side, E0 - 100_00, N0 - 100_00)]]])


def faults(zone: reading.Ring, *, borders: str | None = None, limit: int = 500) -> list[str]:
    return checks.zone_faults(
        zone, boundary_json=borders or boundary(), borough="Testham", max_width_m=limit
    )


def test_an_edge_that_crosses_itself_is_refused_with_the_place() -> None:
    bow = ((E0, N0), (E0 + 100, N0 + 100), (E0 + 100, N0), (E0, N0 + 100), (E0, N0))
    said = checks.shape_fault(bow)
    assert said.startswith("The edge of the zone crosses or touches itself near 51.3")
    assert faults(bow) == [said]


@pytest.mark.parametrize(
    "corners",
    [
        [(0, 0), (100, 0), (200, 0)],
        [(0, 0), (1_000, 777), (2_000, 1_554)],
        [(0, 0), (100, 0), (50, 0), (200, 0)],
    ],
)
def test_corners_on_one_line_have_no_area(corners: list[tuple[int, int]]) -> None:
    line = reading.normal([(E0 + e, N0 + n) for e, n in corners])
    assert "no area" in checks.shape_fault(line)


@pytest.mark.parametrize(
    "corners",
    [
        # A spike, a corner that touches the other side, a side that runs back along another.
        [(0, 0), (100, 0), (100, 100), (300, 100), (100, 100), (0, 100)],
        [(0, 0), (100, 0), (100, 100), (50, 0), (0, 100)],
        [(0, 0), (200, 0), (200, 100), (150, 0), (50, 0), (0, 100)],
    ],
)
def test_an_edge_that_touches_itself_is_refused(corners: list[tuple[int, int]]) -> None:
    ring = reading.normal([(E0 + e, N0 + n) for e, n in corners])
    assert "touches itself" in checks.shape_fault(ring)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        (square(), None),
        (square(100_00, E0 - 100_00, N0 - 100_00), None),
        (square(900_00, E0 - 100_00, N0 - 100_00), "1,273 m across"),
        (square(100_00, E0 + 850_00, N0), "Corner 2 of the zone, at 51.3"),
        (square(100_00, E0 + 850_00, N0), "and 1 more, lie outside Testham"),
        (square(100_00, E0 + 5_000_00, N0), "The zone lies outside Testham"),
        (square(100_00, E0 - 100_01, N0), "Corner 1 of the zone"),
    ],
)
def test_a_zone_is_inside_its_borough_and_not_too_wide(
    zone: reading.Ring, said: str | None
) -> None:
    found = faults(zone)
    assert (said is None and found == []) or (said is not None and said in found[0])


def test_a_bay_of_the_boundary_between_two_corners_is_seen() -> None:
    bay = [(-100, -100), (900, -100), (900, 900), (60, 900), (50, 50), (40, 900), (-100, 900)]
    ring = reading.normal([(E0 + e * 100, N0 + n * 100) for e, n in bay])
    (said,) = faults(square(), borders=json.dumps([[[list(p) for p in ring]]]))
    assert said.startswith("Part of the zone lies outside Testham, though its corners")


def test_the_width_is_exact_to_the_centimetre() -> None:
    for side, wide in ((300_00, False), (300_01, True)):
        tall = reading.normal([(E0, N0), (E0 + side, N0), (E0 + side, N0 + 400_00)])
        assert bool(faults(tall)) is wide
    assert "501 m across, and the policy allows 500 m" in faults(tall)[0]


corner = st.tuples(st.integers(0, 400_00), st.integers(0, 400_00))


@given(st.lists(corner, min_size=3, max_size=12, unique=True), st.integers(-90_000, 90_000))
def test_the_width_is_that_of_the_two_corners_farthest_apart(
    points: list[tuple[int, int]], by: int
) -> None:
    ring = reading.normal([(E0 + e + by, N0 + n - by) for e, n in points])
    farthest = max(math.dist(a, b) for a in points for b in points)
    assert math.isclose(checks.width_cm(ring), farthest)


def test_cameras_stand_in_the_footprint_where_there_is_one() -> None:
    cameras = [("C1", (E0, N0)), ("C2", (E0 - 1, N0))]
    assert checks.camera_faults(square(), cameras) == ["Camera C2 stands outside the footprint"]
    assert checks.camera_faults((), cameras) == []
    bow = ((E0, N0), (E0 + 100, N0 + 100), (E0 + 100, N0), (E0, N0 + 100), (E0, N0))
    (said,) = checks.camera_faults(bow, cameras)
    assert said.startswith("The edge of the footprint crosses")


def test_a_zone_on_the_real_boundary_of_croydon_is_told_its_corner(shared_data) -> None:
    path = shared_data / "boundaries" / "croydon" / "croydon-borough-2022-bgc-wgs84.geojson"
    (croydon,) = read_boundaries(path, name_field="LAD22NM").boundaries

    def said(text: str) -> list[str]:
        return checks.zone_faults(
            reading.read_circle(text, 150),
            boundary_json=croydon.document,
            borough="Croydon",
            max_width_m=500,
        )

    assert said("51.3757, -0.0926") == []
    easting, northing = croydon.coordinates[0][0][0]
    (one,) = said(f"{easting / 100} {northing / 100}")
    assert "outside Croydon" in one
    assert said("51.5014, -0.1419") == [
        "The zone lies outside Croydon: move it, or choose its own borough"
    ]
    assert shapely.Polygon(reading.read_circle("51.3757, -0.0926", 150)).is_valid
