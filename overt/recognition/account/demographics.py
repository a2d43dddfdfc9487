"""People by self-defined ethnicity and what became of it, without telling of any one of them.

A table has a row for each code and a column for each outcome, each row's total, and each column's.
The codes of a published table are those of GROUPS: the 18+1 codes of England and Wales are too many
for so few people. Whoever gave no answer and whoever was not asked share a row, which may hold any
outcome. People to whom nobody spoke do not belong into a table: they are not arrested, and a row
of which it is known where it is 0 protects none of the others.

Rules
1. A count below the threshold is hidden, 0 included: a row's total as well as a cell. The threshold
   is passed in, and is at least 2.
2. The totals of columns, and of all, are shown: the record of the session gives them anyway. Where
   such a total is 0 its cells are 0, and hide nobody.
3. A hidden count that could be computed from what is shown is protected by hiding more, as few
   people as it takes, until each could be at least two numbers. That is judged as by somebody who
   knows the threshold, which counts are hidden as they are small (from 0 up to below it), and which
   are hidden for their sake (at or above it).
4. Where hiding more does not help, the table is withheld: all but the totals of columns is hidden.

How it is judged: with each row's total as a cell of sign -1, all rows sum to 0 and all columns to
what is shown. Two tables that agree in all that is shown differ by cycles through hidden cells, up
and down in turn. So a cell can be another number exactly where such a cycle goes through it on
which every cell can move by one, and what else to hide is the cheapest cycle, a cell costing its
count (J. Kelly, B. Golden, A. Assad, Networks 22 (1992), 397-417). Every cell of a cycle is
protected by it. One table alone is judged: two tables about the same people can tell more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

TOTAL = "total"
GROUPS = {
    "A": "Asian or Asian British",
    "B": "Black or Black British",
    "M": "Mixed",
    "W": "White",
    "O": "Chinese or other",
    "": "Not stated, or not asked",
}
# Stands for a column where a cycle is complete.
_CLOSED = ""
Cell = tuple[str, str]


@dataclass(frozen=True)
class Table:
    """`cells` by (code, column), and by (code, TOTAL); None is hidden."""

    codes: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Cell, int | None]
    totals: Mapping[str, int]
    threshold: int
    withheld: bool


def group_of(code: str) -> str:
    """The key of GROUPS for a self-defined code, or for none. Raises KeyError."""
    group = "" if code in ("", "NS") else code[0]
    if group not in GROUPS:
        raise KeyError(code)
    return group


def table(
    people: Iterable[tuple[str, str]],
    *,
    codes: Sequence[str],
    columns: Sequence[str],
    threshold: int,
) -> Table:
    """`people`: the code and the column of each. Raises ValueError for a threshold below 2, fewer
    than two codes, and a code or a column that is not listed."""
    if threshold < 2 or len(codes) < 2:
        raise ValueError("Nothing can be hidden with a threshold below 2, or in a single row")
    counts = {(code, column): 0 for code in codes for column in (*columns, TOTAL)}
    for code, column in people:
        if (code, column) not in counts or column == TOTAL:
            raise ValueError(f"No such code or column: {code}, {column}")
        counts[code, column] += 1
        counts[code, TOTAL] += 1
    totals = {column: sum(counts[code, column] for code in codes) for column in (*columns, TOTAL)}
    hiding = _Hiding({cell: count for cell, count in counts.items() if totals[cell[1]]}, threshold)
    withheld = not hiding.protect()
    hidden = hiding.counts.keys() if withheld else hiding.hidden
    return Table(
        tuple(codes),
        tuple(columns),
        {cell: None if cell in hidden else count for cell, count in counts.items()},
        totals,
        threshold,
        withheld,
    )


class _Hiding:
    """Which of `counts` are hidden; those of columns without anybody are left out."""

    def __init__(self, counts: Mapping[Cell, int], threshold: int) -> None:
        self.counts = counts
        self.threshold = threshold
        self.hidden = {cell for cell, count in counts.items() if count < threshold}

    def protect(self) -> bool:
        """Hide more until nothing hidden can be computed; False where that can't be had."""
        for cell in sorted(self.hidden):
            cycles = [
                cycle
                for step in (1, -1)
                if self._can_move(cell, step) and (cycle := self._cycle(cell, step)) is not None
            ]
            if not cycles:
                return False
            self.hidden |= min(cycles, key=lambda cycle: (self._cost(cycle), sorted(cycle)))
        return True

    def _cost(self, cells: Iterable[Cell]) -> int:
        return sum(self.counts[cell] for cell in cells if cell not in self.hidden)

    def _can_move(self, cell: Cell, step: int) -> bool:
        """Whether its signed count can change by `step` and be what is known of it."""
        count = self.counts[cell] + (-step if cell[1] == TOTAL else step)
        if self.counts[cell] < self.threshold:
            return 0 <= count < self.threshold
        return count >= self.threshold

    def _cycle(self, start: Cell, step: int) -> set[Cell] | None:
        """The rest of the cheapest cycle when `start` moves by `step`, or None (Dijkstra).

        Its column then has to move back by a cell of another row, that row by a cell of another
        column, and so on, until the row of `start` is reached.
        """
        columns = sorted({column for _, column in self.counts})
        waiting: list[tuple[int, tuple[Cell, ...], str]] = [(0, (), start[1])]
        done: set[str] = set()
        while waiting:
            _, path, column = heappop(waiting)
            if column == _CLOSED:
                return set(path)
            if column in done:
                continue
            done.add(column)
            for back in [cell for cell in self.counts if cell[1] == column and cell != start]:
                if not self._can_move(back, -step):
                    continue
                code = back[0]
                if code == start[0]:
                    self._push(waiting, (*path, back), _CLOSED)
                    continue
                for other in columns:
                    if other not in done and self._can_move((code, other), step):
                        self._push(waiting, (*path, back, (code, other)), other)
        return None

    def _push(
        self, waiting: list[tuple[int, tuple[Cell, ...], str]], path: tuple[Cell, ...], column: str
    ) -> None:
        heappush(waiting, (self._cost(path), path, column))
