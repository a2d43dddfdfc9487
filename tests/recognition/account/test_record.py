"""The published record: its document, its row, what a correction changed, and totals."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from overt.policy import profiles
from overt.recognition.account import record
from overt.recognition.account.figures import Figures
from overt.recognition.account.metrics import Rate, Seeded
from overt.recognition.account.record import Facts, Sign, UnknownColumns

LIVE = datetime(2026, 7, 5, 22, 50, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIGURES = Figures(12_480, 9, 6, 1, 1, 1, 4, 2, 3)
FACTS = Facts(
    reference="LFR-2026-0001",
    session="session:6f1f9c1e-0000-4000-8000-000000000001",
    use_case="Crime Hotspot",
    place="High Street, Exampleton",
    borough="Exampleton",
    square={"easting": 532_000, "northing": 165_000, "side": 500},
    watchlist_size=8_400,
    threshold="0.64",
    figures=FIGURES,
    authority_reference="A-17",
    authority_sha256="ab" * 32,
    starts_at=LIVE - 5 * MINUTE,
    ends_at=LIVE + 200 * MINUTE,
    live_since=LIVE,
    stopped_at=LIVE + 185 * MINUTE + timedelta(seconds=59),
    notice_at=LIVE - timedelta(days=7),
    signs=(Sign(LIVE - 30 * MINUTE, LIVE + 210 * MINUTE), Sign(LIVE - 20 * MINUTE, None)),
)
SIXTEEN = (
    "Deployment Location", "Date", "Duration", "LFR Use Case", "Watchlist Size",
    "Min Threshold Setting", "Total Alerts", "True Alerts Confirmed", "True Alerts Unconfirmed",
    "False Alerts Confirmed", "False Alerts Unconfirmed", "False Alert Rate", "Outcome - Arrest",
    "Outcome - Other", "No action", "Faces seen (estimate)",
)  # fmt: skip


def made(columns=SIXTEEN, number=1, replaces=None, **changes):
    return record.document(
        replace(FACTS, **changes), columns=columns, number=number, replaces=replaces
    )


def columns(document):
    return {column["name"]: column["value"] for column in document["columns"]}


def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_sixteen_published_columns():
    document = made()
    assert [column["name"] for column in document["columns"]] == list(SIXTEEN)
    assert list(columns(document).values()) == [
        "High Street, Exampleton", "2026-07-05", "3h 05m", "Crime Hotspot", 8_400, "0.64",
        9, 6, 1, 1, 1, "0.016%", 4, 2, 3, 12_480,
    ]  # fmt: skip


def test_times_of_columns_are_those_of_london_and_of_the_document_utc():
    document = made(columns=("Date", "Start", "End"), live_since=LIVE + 20 * MINUTE)
    assert list(columns(document).values()) == ["2026-07-06", "00:10", "02:55"]
    assert document["times"]["live_since"] == "2026-07-05T23:10:00Z"


@pytest.mark.parametrize("name", profiles.available())
def test_every_column_of_every_profile_is_known(name):
    names = profiles.load(name).records.columns.value
    assert list(columns(made(columns=names))) == list(names)


def test_a_column_that_is_not_known_is_an_error():
    with pytest.raises(UnknownColumns, match="Mood"):
        made(columns=("Date", "Mood"))


def test_the_document_is_canonical_and_its_digest_moves_with_any_field():
    document = made()
    text = record.canonical(document)
    assert json.loads(text) == document
    assert rfc8785.dumps(json.loads(text)).decode() == text
    other = record.canonical(made(notice_at=None))
    assert record.digest(text) != record.digest(other)
    assert len(record.digest(text)) == 64


@pytest.mark.parametrize(
    ("events", "of", "written"),
    [
        (27, 902_748, "0.0030%"),
        (0, 5_000, "0%"),
        (0, 0, ""),
        (1, 12_120, "0.0083%"),
        (1, 1, "100%"),
        (1, 8, "12%"),
        (1, 9_999_999, "0.000010%"),
    ],
)
def test_a_rate_is_written_with_two_digits_that_count(events, of, written):
    assert record.percent(Rate(events, of)) == written


@given(st.integers(1, 10**7), st.integers(0, 500))
def test_a_rate_is_never_truncated_to_nothing(of, events):
    rate = Rate(min(events, of), of)
    written = Fraction(record.percent(rate).rstrip("%"))
    assert abs(written - 100 * rate.value) <= Fraction(5, 100) * 100 * rate.value


def test_a_row_survives_the_way_through_csv():
    (row,) = rows(record.table([record.row_of(made(place='The "Arcade",\nupper floor'))]))
    assert row["Deployment Location"] == 'The "Arcade",\nupper floor'
    assert row["Faces seen (estimate)"] == "12480"
    assert row["Notice published (UTC)"] == "2026-06-28T22:50:00Z"
    assert row["Signs placed (UTC)"] == "2026-07-05T22:20:00Z 2026-07-05T22:30:00Z"
    assert row["Signs removed (UTC)"] == "2026-07-06T02:20:00Z ?"
    assert (row["Authority"], row["Authority SHA-256"]) == ("A-17", "ab" * 32)
    assert row["Square easting"] == "532000"


def test_a_seeded_test_is_published_with_its_counts_and_is_absent_from_records_without_one():
    (row,) = rows(record.table([record.row_of(made(seeded=Seeded(200, 178)))]))
    assert (row["Seeded test: passes"], row["Seeded test: correct alerts"]) == ("200", "178")
    assert made()["seeded"] is None
    assert record.seeded_in(made(seeded=Seeded(200, 178))) == Seeded(200, 178)
    # Records of before it could be recorded do not have the field; that alone is no correction.
    old = {name: value for name, value in made().items() if name != "seeded"}
    assert record.seeded_in(old) is None
    assert record.differences(old, made()) == ()


def test_lines_of_the_table_end_as_the_standard_says():
    lines = record.table([record.row_of(made())]).split("\r\n")
    assert len(lines) == 3 and lines[-1] == "" and not any("\n" in line for line in lines)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_that_begins_like_a_formula_is_made_harmless(start):
    (row,) = rows(record.table([record.row_of(made(place=f"{start}HYPERLINK(A1)"))]))
    assert row["Deployment Location"] == f"'{start}HYPERLINK(A1)"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_no_text_becomes_a_formula_or_another_row(place):
    (row,) = rows(record.table([record.row_of(made(place=place, use_case=place))]))
    assert row["Deployment Location"].removeprefix("'") == place.removeprefix("'")
    assert not row["LFR Use Case"].startswith(record.FORMULA_STARTS)


def test_records_under_two_policies_share_one_table():
    first, second = rows(
        record.table([record.row_of(made()), record.row_of(made(columns=("Date", "Arrests")))])
    )
    assert (first["Arrests"], second["Arrests"]) == ("", "4")
    assert (first["Date"], second["Duration"]) == (second["Date"], "")


def test_a_correction_lists_what_it_changed_and_nothing_else():
    before = made()
    after = made(
        number=2,
        replaces="cd" * 32,
        figures=replace(FIGURES, arrests=5, no_action=2),
        signs=FACTS.signs[:1],
        square=None,
    )
    found = {one.field: (one.before, one.after) for one in record.differences(before, after)}
    assert found == {
        "Outcome - Arrest": ("4", "5"),
        "No action": ("3", "2"),
        "figures.arrests": ("4", "5"),
        "figures.no_action": ("3", "2"),
        "place.square.easting": ("532000", ""),
        "place.square.northing": ("165000", ""),
        "place.square.side": ("500", ""),
        "times.signs.2.placed_at": ("2026-07-05T22:30:00Z", ""),
    }


def test_a_version_that_changes_nothing_has_no_difference():
    assert record.differences(made(), made(number=2, replaces="cd" * 32)) == ()


COUNT = st.integers(0, 10**4)
ALERTS = st.builds(
    lambda faces, parts, arrests: Figures(
        faces + sum(parts), sum(parts), *parts, min(arrests, sum(parts)), 0, 0
    ),
    COUNT,
    st.tuples(COUNT, COUNT, COUNT, COUNT),
    COUNT,
)


@given(st.lists(ALERTS))
def test_totals_are_sums_and_rates_those_of_the_sums(several):
    found = record.totals(made(figures=one) for one in several)
    assert (found.records, found.minutes) == (len(several), 185 * len(several))
    assert found.figures.arrests == sum(one.arrests for one in several)
    faces, alerts = (
        sum(getattr(one, name) for one in several) for name in ("faces_seen", "alerts")
    )
    false = sum(one.false_confirmed + one.false_unconfirmed for one in several)
    assert found.rates.false_of_faces == Rate(false, faces)
    assert found.rates.false_of_alerts == Rate(false, alerts)


def test_a_rate_of_totals_is_not_the_average_of_rates():
    large = replace(FIGURES, faces_seen=99_990, false_confirmed=0, false_unconfirmed=0)
    small = replace(FIGURES, faces_seen=10, false_confirmed=1, false_unconfirmed=0)
    found = record.totals([made(figures=large), made(figures=small)])
    assert found.rates.false_of_faces.value == Fraction(1, 100_000)
