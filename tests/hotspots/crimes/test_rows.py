"""Counting the fields of every row, against the csv module."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.hotspots.crimes.errors import RaggedRow
from overt.hotspots.crimes.rows import count_rows

FIELD = st.text(alphabet='ab,"\n é', max_size=6)


@given(st.lists(st.lists(FIELD, min_size=3, max_size=3), min_size=1, max_size=8), st.booleans())
def test_whole_rows_are_counted_whatever_their_fields_hold(rows, last_line_ends):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    content = out.getvalue().encode()
    assert count_rows(content if last_line_ends else content[:-1], fields=3, name="x") == len(rows)


@given(st.lists(st.lists(FIELD, min_size=2, max_size=5), min_size=1, max_size=8))
def test_the_first_row_of_another_length_is_named(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    wrong = next((n for n, row in enumerate(rows) if len(row) != 3), None)
    if wrong is None:
        assert count_rows(out.getvalue().encode(), fields=3, name="x") == len(rows)
        return
    with pytest.raises(RaggedRow) as refused:
        count_rows(out.getvalue().encode(), fields=3, name="x")
    assert refused.value.line == wrong + 1
    assert f"the row has {len(rows[wrong])} fields" in refused.value.reason
