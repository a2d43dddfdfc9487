"""What in a published table cannot be true, is unlikely, or is written in two ways.

Rules, each one check; `Finding.name` names it
1. cell-unreadable: a cell that is there is a date, a duration, a number, or a rate.
2. date-out-of-order: in a table that is in order of its dates, up or down, but for a few rows,
   those have a wrong date. Where the year of a neighbour would put it in order, the year is wrong.
3. duration-spellings: all durations are written in one way.
4. alerts-do-not-sum: true and false alerts sum to the alerts.
5. outcomes-do-not-sum: arrests, other and no action sum to the alerts. Tables differ in what they
   leave out: it is also enough that they sum to the true alerts, or to the confirmed ones; and
   where other equals no action, that the arrests do so with one of the two.
6. other-equals-no-action: in a year in which it says something, the two are not alike in every row.
7. rate-disagrees: the false alert rate is false alerts by faces seen (or by alerts, in a table in
   which that is what most rates are), rounded. rate-truncated where it was cut off instead, and
   rate-zero where nothing is left of a rate that is not 0.
8. watchlist-suspect: a size is not far from those of the two days before and the two days after
   where those agree.
9. threshold-below-floor: the threshold is at or above the floor of its day, which is passed in.
10. faces-fewer-than-alerts: every alert is a face that was seen.
11. row-twice: no two rows are alike in all cells.
12. one-watchlist-for-all: not all sites of a day have a watchlist of the same size. One list may
    well serve them all, but then it was not made for each of them.
13. total-disagrees: a row that is a total holds the sums of its rows: those of the year it names,
    those since the total before it, or all. Sizes of watchlists have no sum.

What is not known is not held against anybody. Severity: `wrong` cannot be true, `suspect` can be,
`form` is a matter of writing.

`writing.py` holds rules 1 to 3 and 11, `sums.py` 4, 5, 7, 10 and 13, `patterns.py` 6, 8, 9 and 12.
"""

from collections.abc import Callable, Sequence

from ..published import Row, Table, shown
from .finding import Finding, Floors, Found
from .patterns import (
    one_watchlist_for_all,
    other_equals_no_action,
    threshold_below_floor,
    watchlist_suspect,
)
from .sums import (
    alerts_do_not_sum,
    faces_fewer_than_alerts,
    outcomes_do_not_sum,
    rate_disagrees,
    total_disagrees,
)
from .writing import cell_unreadable, date_out_of_order, duration_spellings, row_twice

__all__ = ["Finding", "inconsistencies"]


def inconsistencies(table: Table, floors: Floors) -> tuple[Finding, ...]:
    """All of them, in the order of the rules and then of the rows. `floors`: the lowest threshold
    that was allowed on a day, or None."""
    checks: Sequence[Callable[[Sequence[Row]], Found]] = (
        cell_unreadable,
        date_out_of_order,
        duration_spellings,
        alerts_do_not_sum,
        outcomes_do_not_sum,
        other_equals_no_action,
        rate_disagrees,
        watchlist_suspect,
        lambda rows: threshold_below_floor(rows, floors),
        faces_fewer_than_alerts,
        row_twice,
        one_watchlist_for_all,
        total_disagrees,
    )
    return tuple(
        Finding(
            name,
            severity,
            tuple(row.number for row in rows),
            tuple(shown(table.headings[one]) for one in columns if one in table.headings),
            sentence,
        )
        for check in checks
        for name, severity, rows, columns, sentence in check(table.rows)
    )
