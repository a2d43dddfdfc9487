"""A manifest is kept in the words of what was authorised, never in its own."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.recognition.contract import ContractRefused, Manifest, composition, read
from overt.recognition.contract.composition import plain

from .bodies import MANIFEST, written


def manifest(**counts: int) -> Manifest:
    """Names are given with underscores for spaces."""
    named: dict[str, Any] = {name.replace("_", " "): count for name, count in counts.items()}
    content = {
        **MANIFEST,
        "categories": [{"count": named[name], "name": name} for name in sorted(named)],
        "total": sum(named.values()),
        "under_18": 0,
    }
    return read(Manifest, written(content))


def test_counts_stand_under_the_authorised_words():
    sent = manifest(wanted_on_warrant_violence=3, WANTED_ON_RECALL=2)
    authorised = ["Wanted on recall", "Missing", "Wanted (on warrant): violence"]
    assert composition(sent, authorised=authorised) == {
        "Wanted on recall": 2,
        "Wanted (on warrant): violence": 3,
    }


def test_a_category_that_was_not_authorised_is_refused():
    with pytest.raises(ContractRefused) as caught:
        composition(manifest(Missing=1, John_Smith=1), authorised=["Missing"])
    assert caught.value.reason == "category-not-authorised"
    assert caught.value.field == "categories[0].name"


def test_two_spellings_of_one_category_are_refused():
    with pytest.raises(ContractRefused) as caught:
        composition(manifest(Missing=1, missing=1), authorised=["Missing"])
    assert (caught.value.reason, caught.value.field) == ("inconsistent", "categories[1].name")


def test_nothing_fits_where_nothing_was_authorised():
    with pytest.raises(ContractRefused):
        composition(manifest(Missing=1), authorised=[])


def test_a_name_without_letters_or_digits_does_not_let_anything_in():
    assert plain("!?") == ""
    with pytest.raises(ContractRefused):
        composition(manifest(Missing=1), authorised=["!?", "", "失踪者"])


@pytest.mark.parametrize(
    ("authorised", "sent"),
    [
        ("Wanted: violence", "Wanted violence"),
        ("Women's safety", "Womens safety"),
        ("Counter-terrorism (section 2.7)", "Counter-terrorism (section 2.7)"),
        ("Missing, under 18s", "Missing, under 18s"),
        ("Sexual harm prevention orders (SHPOs)", "Sexual harm prevention orders (SHPOs)"),
        ("Violence against women & girls", "Violence against women & girls"),
        ("Café robbery", "Cafe robbery"),
        ("Wanted — theft/robbery", "Wanted theft robbery"),
    ],
)
def test_what_a_force_would_authorise_can_be_sent(authorised: str, sent: str):
    content = {**MANIFEST, "categories": [{"count": 3210, "name": sent}]}
    read_as = read(Manifest, written(content))
    assert composition(read_as, authorised=[authorised]) == {authorised: 3210}


@given(st.text())
def test_what_makes_two_names_the_same_is_small_letters_and_digits(name: str):
    assert plain(name).isascii()
    assert plain(plain(name)) == plain(name)
    assert not plain(name) or plain(name).isalnum()
