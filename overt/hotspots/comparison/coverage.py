"""How much of a borough a count table holds in a month.

The LSOA tables were collected LSOA by LSOA, and where the collection failed, LSOAs are missing
without a trace. So the coverage of a borough in a month is the share of its LSOAs with at least
one crime of any category; a London LSOA without one is rare (on average one has 17 a month),
so the share is a little below 1 where nothing is missing. How many LSOAs a borough has is a fact
of the census whose LSOAs the table uses: of the earliest census in which every borough has room for
all that the table names (codes do not say which census they are of). For a borough without such
facts it is the number with a crime in its median month: where few live, LSOAs without a crime are
common and nothing is missing, and a month that lacks many stands out all the same.

1. At `COMPLETE` and above a borough-month is complete.
2. From `USABLE` to `COMPLETE` it is used, and flagged.
3. Below `USABLE` it is a gap: not used, never taken as zero or as a low month.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from statistics import median_low

import polars as pl

from overt.hotspots.areas import facts

COMPLETE = Fraction(95, 100)
USABLE = Fraction(90, 100)


@dataclass(frozen=True)
class Coverage:
    """`present` of a borough's `lsoas` have a crime in the month."""

    present: int
    lsoas: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.present, self.lsoas)


def coverage(frame: pl.DataFrame) -> dict[tuple[str, str], Coverage]:
    """Coverage by (borough, month), for every borough and every month of the table.

    frame: columns borough, area_code, month, count, as `layouts` gives LSOA counts.
    """
    named = dict(frame.group_by("borough").agg(pl.col("area_code").n_unique()).iter_rows())
    present: dict[str, dict[str, int]] = {borough: {} for borough in named}
    with_crime = frame.filter(pl.col("count") > 0)
    for borough, month, number in (
        with_crime.group_by("borough", "month").agg(pl.col("area_code").n_unique()).iter_rows()
    ):
        present[borough][month] = number
    lsoas = _lsoas(named) or {
        borough: median_low(by_month.values() or [named[borough]])
        for borough, by_month in present.items()
    }
    months = frame["month"].unique().to_list()
    return {
        (borough, month): Coverage(min(present[borough].get(month, 0), total), total)
        for borough, total in lsoas.items()
        for month in months
    }


def _lsoas(named: Mapping[str, int]) -> dict[str, int] | None:
    """The LSOAs of each borough, given how many of them the table names; None where that is not
    known of every one."""
    known = {borough: facts.borough(borough) for borough in named}
    for census in ("lsoas_2011", "lsoas_2021"):
        totals = {borough: getattr(fact, census, 0) for borough, fact in known.items()}
        if all(totals[borough] >= number for borough, number in named.items()):
            return totals
    return None
