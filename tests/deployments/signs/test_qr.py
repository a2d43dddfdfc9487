"""The code of a sign: drawn as segno makes it, and read back without segno."""

import re

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from overt.deployments.signs import qr

from . import reading

ADDRESS = "https://lfr.example.police.uk/signs/3q2-7wABCDEFGHIJKLMNOPQRSTUVWX_y/"


def drawing(content: str = ADDRESS, **words: str) -> str:
    given = {"ident": "code", "title": "Code", "desc": "It leads to the notice."} | words
    return qr.drawing(content, **given)


def test_the_squares_drawn_are_those_of_the_code() -> None:
    matrix, _ = reading.squares(drawing())
    assert matrix == [list(row) for row in segno.make_qr(ADDRESS, error="q").matrix]


def test_the_drawing_reads_back_as_the_address() -> None:
    matrix, _ = reading.squares(drawing())
    assert reading.content(matrix)[0] == ADDRESS


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCXYZ0189-_", min_size=32, max_size=32))
def test_every_token_reads_back(token: str) -> None:
    address = f"http://localhost:8000/signs/{token}/"
    matrix, _ = reading.squares(drawing(address))
    assert reading.content(matrix)[0] == address


@pytest.mark.parametrize("host", ["a.uk", "lfr.police.uk", f"{'long-' * 10}.example.police.uk"])
def test_a_quarter_of_the_code_may_be_lost_and_four_units_around_it_are_blank(host: str) -> None:
    matrix, quiet = reading.squares(drawing(f"https://{host}/signs/{'x' * 32}/"))
    assert reading.content(matrix)[1] in ("Q", "H")
    assert quiet == 4


def test_it_is_black_on_white_and_has_a_name() -> None:
    drawn = drawing(title="Code <b>", desc="It & more")
    assert re.findall(r'fill="(#\w+)"', drawn) == ["#fff", "#000"]
    assert '<title id="code-title">Code &lt;b&gt;</title>' in drawn
    assert "It &amp; more" in drawn
