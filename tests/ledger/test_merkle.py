"""The tree against RFC 6962's own recursive definition."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.ledger.merkle import Range

HASHES = [sha256(str(number).encode()).hexdigest() for number in range(70)]


def by_definition(hashes: list[str]) -> bytes:
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return sha256(b"\0" + bytes.fromhex(hashes[0])).digest()
    left = 1 << ((len(hashes) - 1).bit_length() - 1)
    return sha256(b"\1" + by_definition(hashes[:left]) + by_definition(hashes[left:])).digest()


def tree_of(hashes: list[str]) -> Range:
    tree = Range()
    for each in hashes:
        tree.append(each)
    return tree


@pytest.mark.parametrize("size", range(len(HASHES) + 1))
def test_the_root_is_that_of_the_definition(size):
    assert tree_of(HASHES[:size]).root() == by_definition(HASHES[:size])


@given(st.integers(0, 70), st.integers(0, 70))
def test_a_tree_goes_on_from_what_was_kept_of_it(kept, until):
    tree = tree_of(HASHES[:kept])
    again = Range.of_text(kept, tree.text())
    for each in HASHES[kept:until]:
        again.append(each)
    assert again.root() == by_definition(HASHES[: max(kept, until)])


@given(st.integers(0, 70), st.integers(0, 70))
def test_many_leaves_at_once_are_as_one_after_the_other(before, until):
    tree = tree_of(HASHES[:before])
    tree.append_all(HASHES[before:until])
    assert tree == tree_of(HASHES[: max(before, until)])


@given(st.integers(0, 70))
def test_parts_of_a_power_of_two_make_the_whole(size):
    parts = [tree_of(HASHES[start : min(start + 8, size)]) for start in range(0, size, 8)]
    assert Range().extend(parts) == tree_of(HASHES[:size])


def test_a_part_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="multiple"):
        tree_of(HASHES[:3]).extend([tree_of(HASHES[3:5])])


@pytest.mark.parametrize(
    ("size", "text"), [(1, ""), (3, "00" * 32), (1, "00"), (1, "x"), (0, "00" * 32)]
)
def test_kept_subtrees_that_make_no_tree_are_refused(size, text):
    with pytest.raises(ValueError):
        Range.of_text(size, text)
