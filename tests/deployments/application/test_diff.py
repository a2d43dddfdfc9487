"""Two versions side by side."""

from hypothesis import given
from hypothesis import strategies as st

from overt.deployments.application import diff
from overt.deployments.application.words import Row, Section


def section(*rows: Row, name: str = "time") -> Section:
    return Section("Time", tuple(rows), name)


def row(*values: str, name: str = "aim", label: str = "Aim") -> Row:
    return Row(label, values, name)


def only(older: Row, newer: Row) -> diff.Change:
    (compared,) = diff.compare([section(older)], [section(newer)])
    (change,) = compared.rows
    return change


def marked(lines: tuple[diff.Line, ...], kind: str) -> list[str]:
    return [piece.text for line in lines for piece in line if piece.kind == kind]


def text(lines: tuple[diff.Line, ...]) -> list[str]:
    return ["".join(piece.text for piece in line) for line in lines]


def test_what_is_the_same_is_not_marked() -> None:
    change = only(row("One", "Two"), row("One", "Two"))
    assert not change.changed
    assert text(change.newer) == ["One", "Two"]
    assert marked(change.newer, diff.ADDED) == []


def test_only_the_changed_words_of_a_line_are_marked() -> None:
    change = only(row("A large public event"), row("A small public event"))
    assert change.changed
    assert marked(change.older, diff.REMOVED) == ["large"]
    assert marked(change.newer, diff.ADDED) == ["small"]


def test_a_line_more_is_added_as_a_whole() -> None:
    change = only(row("One", "Three"), row("One", "Two", "Three"))
    assert marked(change.newer, diff.ADDED) == ["Two"]
    assert marked(change.older, diff.REMOVED) == []


def test_a_row_of_one_version_alone_is_all_removed_or_all_added() -> None:
    (compared,) = diff.compare(
        [section(row("Old", name="gone"))], [section(row("New", name="come"))]
    )
    come, gone = compared.rows
    assert (come.older, marked(come.newer, diff.ADDED)) == ((), ["New"])
    assert (gone.newer, marked(gone.older, diff.REMOVED)) == ((), ["Old"])
    assert come.changed and gone.changed


def test_a_section_of_one_version_alone_is_shown() -> None:
    found = diff.compare([section(row("Old"), name="old")], [section(row("New"), name="new")])
    assert [one.name for one in found] == ["new", "old"]
    assert all(one.changed for one in found)


def test_another_label_is_a_change_that_says_so() -> None:
    change = only(row("Same", label="Before"), row("Same", label="After"))
    assert change.changed
    assert change.label == "After (before: Before)"


def test_a_long_line_is_marked_as_a_whole() -> None:
    many = " ".join(str(number) for number in range(diff.MOST_WORDS))
    change = only(row(many), row(f"{many} more"))
    assert marked(change.newer, diff.ADDED) == [f"{many} more"]


lines = st.lists(st.text(alphabet="ab <\t", max_size=12), max_size=6).map(tuple)


@given(lines, lines)
def test_the_pieces_of_a_side_put_together_are_its_text(
    older: tuple[str, ...], newer: tuple[str, ...]
) -> None:
    change = only(Row("L", older, "n"), Row("L", newer, "n"))
    assert text(change.older) == list(older)
    assert text(change.newer) == list(newer)
    assert change.changed == (older != newer)


@given(lines, lines)
def test_what_is_said_to_be_the_same_is_in_both(
    older: tuple[str, ...], newer: tuple[str, ...]
) -> None:
    change = only(Row("L", older, "n"), Row("L", newer, "n"))
    assert marked(change.older, diff.ADDED) == []
    assert marked(change.newer, diff.REMOVED) == []
    assert "".join(marked(change.older, diff.SAME)) == "".join(marked(change.newer, diff.SAME))
