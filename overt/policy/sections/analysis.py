"""Sections that the hotspot analysis reads. Each field's words stand beside its type."""

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import model_validator

from overt.policy.values import (
    AtLeastOne,
    Count,
    MetreList,
    Metres,
    MonthList,
    Months,
    Section,
    Share,
    Sourced,
    Texts,
    Words,
)


class Hotspots(Section):
    """What counts as a crime hotspot."""

    # The method knows one grid and no footfall; a policy that differs there must not be read
    # as if it did not.
    grid: Annotated[Sourced[Literal["hexagon"]], Words("Shape of the grid")]
    footfall_counts: Annotated[Sourced[Literal[False]], Words("Footfall is a criterion")]
    cell_width_m: Annotated[Sourced[Metres], Words("Width of a hexagon, flat to flat", "m")]
    cell_width_min_m: Annotated[Sourced[Metres], Words("Narrowest width allowed", "m")]
    cell_width_max_m: Annotated[Sourced[Metres], Words("Widest width allowed", "m")]
    months: Annotated[Sourced[Months], Words("Crime data looked at", "months")]
    quantile: Annotated[
        Sourced[Share], Words("Share of hexagons that a hotspot must beat", "share")
    ]
    reference_population: Annotated[
        Sourced[Literal["A", "B", "C"]],
        Words(
            "Hexagons compared",
            choices={
                "A": "A: all hexagons",
                "B": "B: hexagons with at least one crime",
                "C": "C: hexagons with residents or a recording point",
            },
        ),
    ]
    governing_area: Annotated[
        Sourced[Literal["borough", "bcu"]],
        Words(
            "Area within which hexagons are compared",
            choices={"borough": "the borough", "bcu": "the BCU (basic command unit)"},
        ),
    ]
    min_reference_cells: Annotated[
        Sourced[AtLeastOne], Words("Fewest hexagons to compare", "hexagons")
    ]
    min_crimes: Annotated[Sourced[AtLeastOne], Words("Fewest crimes to judge on", "crimes")]
    min_months_level: Annotated[
        Sourced[Months], Words("Fewest months to judge the level of crime", "months")
    ]
    min_months_rise: Annotated[
        Sourced[Months], Words("Fewest months to judge a rise in crime", "months")
    ]
    enforcement_led: Annotated[
        Sourced[Texts], Words("Categories that mirror police activity, also left out as a check")
    ]
    min_residents_for_rate: Annotated[
        Sourced[AtLeastOne], Words("Fewest residents to show a rate per resident", "residents")
    ]

    @model_validator(mode="after")
    def _widths_are_in_order(self) -> Self:
        width, low, high = (
            self.cell_width_m.value,
            self.cell_width_min_m.value,
            self.cell_width_max_m.value,
        )
        self.require(low <= high, "cell_width_min_m", f"{low} m is above the widest, {high} m")
        return self.require(
            low <= width <= high,
            "cell_width_m",
            f"{width} m is outside {low} to {high} m; choose a width in that range",
        )

    @model_validator(mode="after")
    def _least_months_fit_the_window(self) -> Self:
        for field in ("min_months_level", "min_months_rise"):
            least = getattr(self, field).value
            self.require(
                least <= self.months.value,
                field,
                f"{least} months is more than the {self.months.value} that are looked at",
            )
        return self


class Rise(Section):
    """When crime counts as rising."""

    baseline_months: Annotated[Sourced[Months], Words("Earlier period", "months")]
    recent_months: Annotated[Sourced[Months], Words("Recent period", "months")]
    min_crimes: Annotated[
        Sourced[AtLeastOne], Words("Fewest crimes in both periods together", "crimes")
    ]
    min_recent_crimes: Annotated[
        Sourced[AtLeastOne], Words("Fewest crimes in the recent period", "crimes")
    ]
    posterior: Annotated[Sourced[Share], Words("Probability of a rise that is asked for", "share")]
    max_point_drift: Annotated[
        Sourced[Share], Words("Largest share of new recording points between the periods", "share")
    ]


class Stability(Section):
    """How the result is tried under other grids."""

    origins: Annotated[Sourced[AtLeastOne], Words("Positions of the grid tried", "positions")]
    widths_m: Annotated[Sourced[MetreList], Words("Widths tried", "m")]
    windows_months: Annotated[Sourced[MonthList], Words("Periods tried", "months")]
    displacement_runs: Annotated[
        Sourced[Count], Words("Runs that move each crime within its anonymised area", "runs")
    ]
    robust: Annotated[Sourced[Share], Words("Share of variants to call a hotspot robust", "share")]
    mostly: Annotated[Sourced[Share], Words("Share of variants to call it mostly stable", "share")]
    weak: Annotated[Sourced[Share], Words("Share of variants below which it is none", "share")]

    @model_validator(mode="after")
    def _bands_are_in_order(self) -> Self:
        weak, mostly, robust = (
            Fraction(self.weak.value),
            Fraction(self.mostly.value),
            Fraction(self.robust.value),
        )
        self.require(weak < mostly, "mostly", "must be above weak")
        return self.require(mostly < robust, "robust", "must be above mostly")


class Siting(Section):
    """How a place for a deployment is found."""

    diameter_m: Annotated[Sourced[Metres], Words("Diameter of the circle", "m")]
    diameter_min_m: Annotated[Sourced[Metres], Words("Smallest diameter allowed", "m")]
    diameter_max_m: Annotated[Sourced[Metres], Words("Largest diameter allowed", "m")]
    places: Annotated[Sourced[AtLeastOne], Words("Places listed", "places")]
    lattice_m: Annotated[
        Sourced[Metres], Words("Spacing of the places a circle is ranked against", "m")
    ]

    @model_validator(mode="after")
    def _diameters_are_in_order(self) -> Self:
        diameter, low, high = (
            self.diameter_m.value,
            self.diameter_min_m.value,
            self.diameter_max_m.value,
        )
        self.require(low <= high, "diameter_min_m", f"{low} m is above the largest, {high} m")
        return self.require(
            low <= diameter <= high,
            "diameter_m",
            f"{diameter} m is outside {low} to {high} m; choose a diameter in that range",
        )


class Quality(Section):
    """When crime data counts as missing."""

    absent_min_median: Annotated[
        Sourced[AtLeastOne],
        Words("Least median at which a month without a category counts as missing", "crimes"),
    ]
    suspect_share: Annotated[
        Sourced[Share], Words("Share of the median below which a month is suspect", "share")
    ]
