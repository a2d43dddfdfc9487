"""The layout of a sign on paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.deployments.signs import paper
from overt.policy import profiles

TEXT = "Police are using live facial recognition here. You do not have to pass. Ask an officer."


def test_the_first_sentence_is_the_headline() -> None:
    laid = paper.lay_out(f"  {TEXT}\n", "A4")
    assert laid.headline == "Police are using live facial recognition here."
    assert laid.body == "You do not have to pass. Ask an officer."
    assert paper.lay_out("No full stop at all", "A4").body == ""


@given(st.text(min_size=1, max_size=2000).filter(str.strip), st.sampled_from(list(paper.SHEETS)))
def test_no_word_of_the_text_is_lost(text: str, sheet: str) -> None:
    laid = paper.lay_out(text, sheet)
    assert f"{laid.headline} {laid.body}".split() == text.split()


def test_a_larger_sheet_has_larger_type() -> None:
    sizes = [paper.lay_out(TEXT, sheet).headline_pt for sheet in ("A5", "A4", "A3", "A2")]
    assert sizes == sorted(sizes)
    assert sizes[2] > 1.3 * sizes[1]


def test_a_longer_text_has_smaller_type() -> None:
    sizes = [paper.lay_out(TEXT * times, "A4").headline_pt for times in (1, 4, 16)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] >= paper.SMALLEST


@pytest.mark.parametrize("name", ["met-2024-09", "example-force"])
def test_the_texts_of_the_profiles_are_read_from_five_metres_on_a4(name: str) -> None:
    laid = paper.lay_out(profiles.load(name).signs.text.value, "A4")
    assert laid.headline_pt >= 50
    assert laid.body_pt >= 28


def test_only_paper_that_overt_knows_is_offered_in_the_order_of_the_policy() -> None:
    assert paper.printable(("A3", "Letter", "A4")) == ("A3", "A4")
    assert paper.printable(("poster",)) == ()
