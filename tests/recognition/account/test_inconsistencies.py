"""Each check of a published table: silent on a clean one, and what makes it speak."""

import csv
import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.policy import profiles
from overt.recognition.account import record
from overt.recognition.account.figures import Judged, figures
from overt.recognition.account.inconsistencies import inconsistencies
from overt.recognition.account.published import read
from overt.recognition.account.record import Facts

COLUMNS = profiles.load("met-2024-09").records.columns.value
FIRST = date(2025, 1, 6)


def rows(number=20, **changes):
    """A clean table, one deployment a day, but for `changes` of row 10 (the ninth day)."""
    made = [
        {
            "Deployment Location": f"Site {place}",
            "Date": (FIRST + timedelta(days=place)).isoformat(),
            "Duration": f"5h {place:02}m",
            "LFR Use Case": "Crime Hotspot",
            "Watchlist Size": 15_000 + place,
            "Min Threshold Setting": "0.64",
            "Total Alerts": 10,
            "True Alerts Confirmed": 7,
            "True Alerts Unconfirmed": 1,
            "False Alerts Confirmed": 1,
            "False Alerts Unconfirmed": 1,
            "False Alert Rate": "0.02%",
            "Outcome - Arrest": 4,
            "Outcome - Other": 2,
            "No action": 4,
            "Faces seen (estimate)": 10_000 + place,
        }
        for place in range(number)
    ]
    if len(made) > 8:
        made[8].update(changes)
    return made


def found(table, floor="0.60"):
    text = io.StringIO()
    writer = csv.DictWriter(text, table[0])
    writer.writeheader()
    writer.writerows(table)
    return inconsistencies(read(text.getvalue().encode()), lambda day: Fraction(floor))


def said(table, floor="0.60"):
    return [(one.name, one.severity, one.rows) for one in found(table, floor)]


def test_a_clean_table_has_none():
    assert said(rows()) == []


def test_a_clean_table_with_the_newest_row_first_has_none():
    assert said(rows()[::-1]) == []


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("Date", "2025-02-30"),
        ("Duration", "five hours"),
        ("Watchlist Size", "c. 15,000"),
        ("Min Threshold Setting", "high"),
        ("Total Alerts", "ten"),
        ("False Alert Rate", "low"),
        ("Faces seen (estimate)", "-5"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(column, text):
    (one,) = [one for one in found(rows(**{column: text})) if one.name == "cell-unreadable"]
    assert (one.rows, one.columns) == ((10,), (column,))
    assert text in one.sentence


@pytest.mark.parametrize("text", ["", "N/A"])
def test_what_is_not_known_is_not_held_against_anybody(text):
    table = rows(**dict.fromkeys(COLUMNS, text))
    assert said(table) == []


@pytest.mark.parametrize("order", [1, -1])
def test_a_date_in_the_wrong_year_is_found_among_its_neighbours(order):
    table = rows(Date=(FIRST + timedelta(days=8)).replace(year=2024).isoformat())[::order]
    row = 10 if order == 1 else 13
    (one,) = found(table)
    assert (one.name, one.severity, one.rows) == ("date-out-of-order", "wrong", (row,))
    assert "with the year 2025 it would be in order" in one.sentence


def test_several_rows_of_one_day_are_in_order():
    table = rows()
    for place in range(0, 20, 2):
        table[place + 1]["Date"] = table[place]["Date"]
    table[8]["Date"] = "2024-01-14"
    assert said(table) == [("date-out-of-order", "wrong", (10,))]


def test_a_date_out_of_order_that_no_year_explains_is_only_suspect():
    assert said(rows(Date="2025-01-08")) == [("date-out-of-order", "suspect", (10,))]


def test_a_table_that_is_in_no_order_has_no_date_out_of_order():
    table = rows()
    assert said(table[::2] + table[1::2]) == []


def test_durations_in_two_spellings_are_listed_by_the_rarer_ones():
    table = rows(Duration="5h08m")
    table[3]["Duration"] = "5h04"
    assert said(table) == [
        ("duration-spellings", "form", (5,)),
        ("duration-spellings", "form", (10,)),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"Total Alerts": 11, "No action": 5},
        {"True Alerts Unconfirmed": 2},
        {"False Alerts Confirmed": 0, "False Alerts Unconfirmed": 1, "False Alert Rate": "0.01%"},
    ],
)
def test_alerts_that_do_not_sum_are_wrong(changes):
    assert said(rows(**changes)) == [("alerts-do-not-sum", "wrong", (10,))]


def test_a_column_for_all_false_alerts_stands_in_for_missing_parts():
    table = rows()
    for row in table:
        row["false_alerts_all"] = 2
        row["False Alerts Unconfirmed"] = ""
    assert said(table) == []
    table[8]["false_alerts_all"] = 1
    assert [one.name for one in found(table)] == ["alerts-do-not-sum", "rate-disagrees"]


@pytest.mark.parametrize(
    ("other", "none", "sums"),
    [(2, 4, True), (2, 2, True), (2, 1, True), (3, 0, True), (3, 3, True), (6, 6, True),
     (2, 0, False), (3, 5, False), (5, 5, False)],
)  # fmt: skip
def test_outcomes_sum_to_the_alerts_or_the_true_or_the_confirmed_ones(other, none, sums):
    expected = [] if sums else [("outcomes-do-not-sum", "wrong", (10,))]
    assert said(rows(**{"Outcome - Other": other, "No action": none})) == expected


def test_a_copied_column_is_found_for_its_year_with_all_rows():
    table = rows()
    for row in table:
        row["No action"] = row["Outcome - Other"]
    assert said(table) == [("other-equals-no-action", "wrong", tuple(range(2, 22)))]
    table[8]["No action"] = 4
    assert said(table) == []


def test_columns_that_are_alike_in_a_few_rows_are_chance():
    table = rows()
    for place, row in enumerate(table):
        row["Outcome - Other"] = row["No action"] = 3 if place < 4 else 0
        row["Outcome - Arrest"] = 4 if place < 4 else 10
    assert said(table) == []
    table[4].update({"Outcome - Other": 3, "No action": 3, "Outcome - Arrest": 4})
    assert [one.name for one in found(table)] == ["other-equals-no-action"]


@pytest.mark.parametrize(
    ("rate", "name", "severity"),
    [
        ("0.03%", "rate-disagrees", "wrong"),
        ("0.2%", "rate-disagrees", "wrong"),
        ("0.019%", "rate-truncated", "form"),
        ("0%", "rate-zero", "wrong"),
        ("0.00%", "rate-zero", "wrong"),
        ("0.02", None, None),
        ("0.020 %", None, None),
        ("0.01998%", None, None),
    ],
)
def test_a_rate_is_held_to_its_own_columns(rate, name, severity):
    # 2 in 10,008 is 0.019984 %.
    expected = [(name, severity, (10,))] if name else []
    assert said(rows(**{"False Alert Rate": rate})) == expected


def test_a_rate_where_nothing_was_false_is_zero():
    none = {"False Alerts Confirmed": 0, "False Alerts Unconfirmed": 0, "Total Alerts": 8,
            "No action": 2}  # fmt: skip
    assert said(rows(**none, **{"False Alert Rate": "0%"})) == []
    assert said(rows(**none, **{"False Alert Rate": "0.01%"})) == [
        ("rate-disagrees", "wrong", (10,))
    ]


def test_a_table_of_rates_by_alerts_is_held_to_alerts():
    table = rows()
    for row in table:
        row["False Alert Rate"] = "20%"
    assert said(table) == []
    table[8]["False Alert Rate"] = "0.02%"
    assert said(table) == [("rate-disagrees", "wrong", (10,))]


@pytest.mark.parametrize(
    ("size", "is_suspect"),
    [(18_700, False), (18_800, True), (12_010, False), (11_990, True), (150_000, True)],
)
def test_a_watchlist_far_from_those_of_the_days_around_is_suspect(size, is_suspect):
    expected = [("watchlist-suspect", "suspect", (10,))] if is_suspect else []
    assert said(rows(**{"Watchlist Size": size})) == expected


def test_a_watchlist_among_days_that_do_not_agree_is_not_suspect():
    table = rows(**{"Watchlist Size": 25_000})
    table[9]["Watchlist Size"] = 17_000
    assert said(table) == []


def test_a_threshold_below_the_floor_of_its_day_is_wrong():
    assert said(rows(), floor="0.64") == []
    assert said(rows(**{"Min Threshold Setting": "0.6"}), floor="0.64") == [
        ("threshold-below-floor", "wrong", (10,))
    ]


def test_without_a_floor_no_threshold_is_below_it():
    text = "date,location,alerts,threshold\n2025-01-06,Here,1,0.1\n"
    assert inconsistencies(read(text.encode()), lambda day: None) == ()


def test_fewer_faces_than_alerts_are_wrong():
    table = rows(**{"Faces seen (estimate)": 9, "False Alert Rate": "22%"})
    assert said(table) == [("faces-fewer-than-alerts", "wrong", (10,))]


def test_rows_that_are_alike_in_every_cell_are_found():
    table = rows()
    table.insert(9, dict(table[8]))
    assert ("row-twice", "suspect", (10, 11)) in said(table)
    table[9]["Deployment Location"] = "Another site"
    assert "row-twice" not in [one.name for one in found(table)]


def test_one_watchlist_for_all_sites_of_a_day_is_told_for_its_year():
    table = rows()
    for place in range(0, 20, 2):
        table[place + 1]["Date"] = table[place]["Date"]
    assert said(table) == []
    table[5]["Watchlist Size"] = table[4]["Watchlist Size"]
    (one,) = found(table)
    assert (one.name, one.rows) == ("one-watchlist-for-all", (6, 7))
    assert "On 1 of the 10 days of 2025" in one.sentence


SUMMED = [column for column in COLUMNS if column in rows()[0] and "Alert" in column] + [
    "Outcome - Arrest", "Outcome - Other", "No action", "Faces seen (estimate)",
]  # fmt: skip


def total(of, **cells):
    """A row that holds the sums of the others."""
    made = dict.fromkeys(of[0], "") | {
        column: f"{sum(row[column] for row in of):,}"
        for column in SUMMED
        if column != "False Alert Rate"
    }
    return made | {"Deployment Location": "Total"} | cells


def test_a_total_that_is_the_sum_of_its_rows_has_none():
    table = rows()
    assert said([*table, total(table)]) == []
    assert said([total(table), *table]) == []
    assert said([*table, total(table, **{"Deployment Location": "", "Date": "2025 total"})]) == []


def test_totals_of_parts_and_of_all_have_none():
    table = rows()
    parts = [*table[:8], total(table[:8]), *table[8:], total(table[8:])]
    assert said([*parts, total(table)]) == []


def test_a_total_of_a_year_is_held_to_the_rows_of_that_year():
    table = rows()
    for row in table[:8]:
        row["Date"] = row["Date"].replace("2025", "2024")
    years = [total(table[8:], Date="2025 total"), total(table[:8], Date="2024 total")]
    assert said([*years, *table]) == []
    years = [total(table, Date="2025 total"), total(table[:8], Date="2024 total")]
    assert {name for name, _, _ in said([*years, *table])} == {"total-disagrees"}


def test_a_total_that_is_not_the_sum_is_wrong_in_each_column_that_differs():
    table = rows()
    bad = total(table, **{"Outcome - Arrest": 81, "Outcome - Other": 39})
    found_ = found([*table, bad])
    assert [(one.name, one.severity, one.rows, one.columns) for one in found_] == [
        ("total-disagrees", "wrong", (22,), ("Outcome - Arrest",)),
        ("total-disagrees", "wrong", (22,), ("Outcome - Other",)),
    ]
    assert found_[0].sentence == "The total is 81, but its rows make 80."


def test_faces_have_a_sum_and_sizes_of_watchlists_have_none():
    table = rows()
    bad = total(table, **{"Faces seen (estimate)": "200,191", "Watchlist Size": "15,019"})
    assert [(one.name, one.columns) for one in found([*table, bad])] == [
        ("total-disagrees", ("Faces seen (estimate)",))
    ]


def test_a_total_of_rows_that_do_not_all_say_their_count_is_not_held_to_them():
    table = rows()
    summed = total(table, **{"Faces seen (estimate)": "200,000"})
    table[8]["Faces seen (estimate)"] = "N/A"
    assert said([*table, summed]) == []


def test_the_rate_of_a_total_is_that_of_the_sums():
    table = rows()
    assert said([*table, total(table, **{"False Alert Rate": "0.02%"})]) == []
    assert said([*table, total(table, **{"False Alert Rate": "0.03%"})]) == [
        ("rate-disagrees", "wrong", (22,))
    ]


def test_columns_are_named_as_the_file_names_them():
    (one,) = found(rows(**{"True Alerts Unconfirmed": 2}))
    assert one.columns == (
        "Total Alerts", "True Alerts Confirmed", "True Alerts Unconfirmed",
        "False Alerts Confirmed", "False Alerts Unconfirmed",
    )  # fmt: skip


def test_nothing_of_a_file_steers_a_terminal():
    for one in found(rows(**{"Total Alerts": "\x1b[2J\r\nOK"})):
        assert one.sentence.isprintable()


ENGAGED = st.builds(
    Judged,
    decision=st.sampled_from(["true", "false", "unconfirmed"]),
    engaged=st.booleans(),
    outcome=st.sampled_from(["arrest", "other", "no_action"]),
)


@given(st.lists(st.tuples(st.lists(ENGAGED, max_size=9), st.integers(0, 90_000)), min_size=1))
def test_what_overt_itself_publishes_has_none(sessions):
    documents = []
    for place, (judged, faces) in enumerate(sessions):
        start = datetime(2026, 1, 5, 11, 0, tzinfo=UTC) + timedelta(days=place)
        facts = Facts(
            reference=f"LFR-2026-{place:04}", session=f"session:{place}", use_case="Crime Hotspot",
            place="High Street", borough="Exampleton", square=None, watchlist_size=15_000 + place,
            threshold="0.64", figures=figures(faces + len(judged), judged),
            authority_reference="A-1", authority_sha256="ab" * 32, starts_at=start, ends_at=start,
            live_since=start, stopped_at=start + timedelta(hours=5), notice_at=None, signs=(),
        )  # fmt: skip
        documents.append(record.document(facts, columns=COLUMNS, number=1, replaces=None))
    table = read(record.table([record.row_of(one) for one in documents]).encode())
    names = {one.name for one in inconsistencies(table, lambda day: Fraction("0.64"))}
    # Columns drawn by chance may be alike in five short days.
    assert names <= {"other-equals-no-action"}


def test_the_known_defects_of_the_real_table_are_found(shared_data):
    content = (shared_data / "lfr/met-lfr-deployments-2020-02_2024-12.csv").read_bytes()
    threshold = profiles.load("met-2024-09").threshold

    def floor(day):
        sourced = threshold.floor_on(day)
        return Fraction(sourced.value) if sourced else None

    every = inconsistencies(read(content), floor)
    assert Counter(one.name for one in every) == {
        "date-out-of-order": 1,
        "duration-spellings": 2,
        "alerts-do-not-sum": 1,
        "outcomes-do-not-sum": 1,
        "other-equals-no-action": 2,
        "rate-disagrees": 1,
        "rate-truncated": 10,
        "watchlist-suspect": 1,
        "one-watchlist-for-all": 2,
    }
    rows_of = {one.name: one.rows for one in every}
    assert rows_of["date-out-of-order"] == (123,)
    assert rows_of["alerts-do-not-sum"] == (34,)
    copied = [one for one in every if one.name == "other-equals-no-action"]
    assert sum(len(one.rows) for one in copied) == 203
