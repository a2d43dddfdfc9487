"""What a browser says of where someone stands, and what follows from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.deployments.signs import location
from overt.deployments.signs.location import Location, LocationRefused, Verdict, judge, read
from overt.hotspots.geo import bng


def degrees(easting: int, northing: int) -> tuple[str, str]:
    lon, lat = bng.to_wgs84(easting, northing)
    return f"{lat[0]:.7f}", f"{lon[0]:.7f}"


def test_nothing_given_is_no_location() -> None:
    assert read("", "", "") is None


def test_a_place_in_london_comes_back_in_centimetres_of_the_national_grid() -> None:
    found = read(*degrees(532_000_00, 165_000_00), "7.2")
    assert found is not None
    assert abs(found.easting - 532_000_00) <= 2
    assert abs(found.northing - 165_000_00) <= 2
    assert found.accuracy_m == 8


@pytest.mark.parametrize(
    "given",
    [
        ("NaN", "0.1", "5"),
        ("51.5", "Infinity", "5"),
        ("51.5", "-0.1", "NaN"),
        ("51.5", "-0.1", "-5"),
        ("51.5", "-0.1", "1e400"),
        ("51.5", "", "5"),
        ("", "", "5"),
        ("51.5", "-0.1", ""),
        ("here", "there", "close"),
        ("51.5; DROP TABLE", "-0.1", "5"),
        ("\u0665\u0661", "-0.1", "5"),
        ("5_1", "-0.1", "5"),
        (" 51.5", "-0.1", "5"),
        ("51.5\n", "-0.1", "5"),
        ("9" * 400, "0", "5"),
    ],
)
def test_what_is_no_location_is_refused(given: tuple[str, str, str]) -> None:
    with pytest.raises(LocationRefused, match="cannot be read"):
        read(*given)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("0", "0"),
        ("-51.5", "-0.1"),
        ("48.86", "2.35"),
        ("51.5", "179"),
        ("89.9", "0"),
        ("49.1", "-9.4"),
    ],
)
def test_what_is_not_in_great_britain_is_refused(latitude: str, longitude: str) -> None:
    with pytest.raises(LocationRefused, match="not in Great Britain"):
        read(latitude, longitude, "5")


def test_an_accuracy_of_more_than_the_whole_grid_is_no_location() -> None:
    assert read("51.5", "-0.1", str(location.VAGUEST_M)) is not None
    with pytest.raises(LocationRefused, match="does not know"):
        read("51.5", "-0.1", str(location.VAGUEST_M + 1))
    with pytest.raises(LocationRefused, match="does not know"):
        read("51.5", "-0.1", "999999999")


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_whatever_is_sent_is_a_location_or_refused(latitude: str, longitude: str, far: str) -> None:
    try:
        found = read(latitude, longitude, far)
    except LocationRefused:
        return
    assert found is None or isinstance(found, Location)


def test_a_distance_is_in_metres() -> None:
    assert location.distance_m((532_000_00, 165_000_00), (532_003_00, 165_004_00)) == 5
    assert location.distance_m((532_000_00, 165_000_00), (532_000_49, 165_000_00)) == 0


@pytest.mark.parametrize(
    ("distance", "accuracy", "spacing", "verdict"),
    [
        (8, 5, 50, Verdict.NEAR),
        (25, 0, 50, Verdict.NEAR),
        (26, 0, 50, Verdict.FAR),
        (26, 1, 50, Verdict.NEAR),
        (75, 50, 50, Verdict.NEAR),
        (76, 50, 50, Verdict.FAR),
        (0, 51, 50, Verdict.VAGUE),
        (0, 31, 30, Verdict.VAGUE),
        (26, 10, 30, Verdict.FAR),
        (0, None, 50, Verdict.VAGUE),
        (None, None, 50, Verdict.UNKNOWN),
        (None, 5, 50, Verdict.UNKNOWN),
    ],
)
def test_far_is_more_than_half_the_spacing_however_the_doubt_falls(
    distance: int | None, accuracy: int | None, spacing: int, verdict: Verdict
) -> None:
    assert judge(distance, accuracy, spacing_m=spacing) == verdict
