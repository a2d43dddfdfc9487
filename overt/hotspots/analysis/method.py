"""The numbers of the method, taken from a policy profile and put into the method's own units."""

from dataclasses import dataclass
from fractions import Fraction

from overt.policy.document import Profile

from . import rise, stability


@dataclass(frozen=True)
class Method:
    """Lengths in centimetres, shares as exact fractions; the fields are the profile's."""

    width_cm: int
    width_max_cm: int
    months: int
    quantile: Fraction
    reference_population: str
    governing_area: str
    min_reference_cells: int
    min_crimes: int
    min_months_level: int
    min_months_rise: int
    enforcement_led: tuple[str, ...]
    min_residents_for_rate: int
    rise: rise.Rules
    origins: int
    widths_cm: tuple[int, ...]
    windows_months: tuple[int, ...]
    displacement_runs: int
    bands: stability.Bands
    diameter_cm: int
    places: int
    lattice_cm: int
    absent_min_median: int
    suspect_share: Fraction

    @classmethod
    def of_profile(cls, profile: Profile) -> "Method":
        test, rising = profile.hotspots, profile.rise
        trial, siting, quality = profile.stability, profile.siting, profile.quality
        width_cm = test.cell_width_m.value * 100
        return cls(
            width_cm=width_cm,
            width_max_cm=test.cell_width_max_m.value * 100,
            months=test.months.value,
            quantile=Fraction(test.quantile.value),
            reference_population=test.reference_population.value,
            governing_area=test.governing_area.value,
            min_reference_cells=test.min_reference_cells.value,
            min_crimes=test.min_crimes.value,
            min_months_level=test.min_months_level.value,
            min_months_rise=test.min_months_rise.value,
            enforcement_led=test.enforcement_led.value,
            min_residents_for_rate=test.min_residents_for_rate.value,
            rise=rise.Rules(
                baseline_months=rising.baseline_months.value,
                recent_months=rising.recent_months.value,
                min_crimes=rising.min_crimes.value,
                min_recent_crimes=rising.min_recent_crimes.value,
                posterior=Fraction(rising.posterior.value),
                max_point_drift=Fraction(rising.max_point_drift.value),
            ),
            origins=trial.origins.value,
            widths_cm=tuple(sorted({width_cm, *(w * 100 for w in trial.widths_m.value)})),
            windows_months=trial.windows_months.value,
            displacement_runs=trial.displacement_runs.value,
            bands=stability.Bands(
                robust=Fraction(trial.robust.value),
                mostly=Fraction(trial.mostly.value),
                weak=Fraction(trial.weak.value),
            ),
            diameter_cm=siting.diameter_m.value * 100,
            places=siting.places.value,
            lattice_cm=siting.lattice_m.value * 100,
            absent_min_median=quality.absent_min_median.value,
            suspect_share=Fraction(quality.suspect_share.value),
        )


def unconfirmed(profile: Profile) -> list[dict[str, str]]:
    """The values that decide an analysis and are not confirmed, for pages and evidence."""
    found = []
    for section in ("hotspots", "rise", "stability", "siting", "quality"):
        values = getattr(profile, section)
        for field in type(values).model_fields:
            sourced = getattr(values, field)
            if not sourced.is_confirmed:
                found.append(
                    {
                        "field": f"{section}.{field}",
                        "status": sourced.status,
                        "source": sourced.source,
                    }
                )
    return found
