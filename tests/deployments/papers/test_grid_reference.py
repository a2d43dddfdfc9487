"""Positions as grid references."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.deployments.papers.grid_reference import grid_reference


@pytest.mark.parametrize(
    ("easting", "northing", "reference"),
    [
        # The worked example of Ordnance Survey's guide to coordinate systems, and corners of the
        # grid whose letters are known.
        (651_409_90, 313_177_30, "TG 51409 13177"),
        (530_000_00, 180_000_00, "TQ 30000 80000"),
        (216_600_99, 771_200_00, "NN 16600 71200"),
        (0, 0, "SV 00000 00000"),
        (457_000_00, 1_200_000_00, "HP 57000 00000"),
        (699_999_99, 1_299_999_99, "JM 99999 99999"),
    ],
)
def test_letters_and_metres_are_those_of_the_national_grid(
    easting: int, northing: int, reference: str
) -> None:
    assert grid_reference(easting, northing) == reference


@pytest.mark.parametrize("place", [(-1, 0), (0, -1), (700_000_00, 0), (0, 1_300_000_00)])
def test_a_position_outside_the_grid_has_no_reference(place: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="outside the National Grid"):
        grid_reference(*place)


@given(
    st.integers(0, 700_000_00 - 1),
    st.integers(0, 1_300_000_00 - 1),
    st.integers(0, 700_000_00 - 1),
    st.integers(0, 1_300_000_00 - 1),
)
def test_two_positions_share_a_reference_only_within_a_metre(
    east: int, north: int, other_east: int, other_north: int
) -> None:
    same = (east // 100, north // 100) == (other_east // 100, other_north // 100)
    assert (grid_reference(east, north) == grid_reference(other_east, other_north)) == same
