"""A profile in words."""

import pytest

from overt.policy.describe import Row, certainties, describe
from overt.policy.document import Profile, from_toml


@pytest.fixture
def profile(met: str) -> Profile:
    return from_toml(met, origin="met-2024-09.toml")


@pytest.fixture
def rows(profile: Profile) -> dict[str, Row]:
    return {row.field: row for section in describe(profile) for row in section.rows}


def test_every_sourced_value_of_the_file_has_a_row_in_words(
    profile: Profile, rows: dict[str, Row]
) -> None:
    assert len(rows) == profile.document.count('"status":')
    assert all(row.label and row.value and row.source for row in rows.values())


def test_counts_of_certainty_add_up_to_the_values(profile: Profile, rows: dict[str, Row]) -> None:
    counts = certainties(describe(profile))
    assert list(counts) == ["confirmed", "reported", "assumed"]
    assert sum(counts.values()) == len(rows)
    assert counts["reported"] == profile.document.count('"status":"reported"')


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("hotspots.quantile", "75%"),
        ("hotspots.cell_width_m", "350 m"),
        ("hotspots.footfall_counts", "no"),
        ("hotspots.reference_population", "B: hexagons with at least one crime"),
        ("stability.widths_m", "300, 350, 400, 433 m"),
        ("validity.in_force_from", "1 September 2024"),
        ("authorising.rank", "superintendent"),
        ("watchlist.largest_published", "18,800 people"),
        ("retention.watchlist.hours", "none: deleted immediately"),
        ("retention.alerts.hours", "744 hours"),
        ("threshold.floors.2.floor", "0.64"),
    ],
)
def test_a_value_is_shown_as_people_write_it(rows: dict[str, Row], field: str, shown: str) -> None:
    assert rows[field].value == shown


def test_items_that_hold_commas_are_kept_apart(rows: dict[str, Row]) -> None:
    assert "articles 8, 10, 11 and 14; Data Protection Act" in rows["authorising.legal_frame"].value


def test_one_of_several_carries_the_name_of_its_group(rows: dict[str, Row]) -> None:
    assert rows["use_cases.crime_hotspot.section"].label == "Crime Hotspot: section of the policy"
    assert rows["threshold.floors.1.floor"].label == "Floor from 11 July 2024"
    assert rows["community.councils.0.stance"].label == "Council: Haringey, 2020"
