"""What an analysis says, in short: the verdict, the thresholds, and what weakens it.

The pages and the evidence pack take their words from here, so that they cannot differ.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from overt.hotspots.analysis.explain import POPULATION_WORDS
from overt.hotspots.crimes.coverage import months_between
from overt.hotspots.outputs.geojson import Record

BAND_WORDS = {
    "robust": "robust",
    "mostly": "mostly stable",
    "depends": "depends on how the grid is laid",
    "not": "not stable",
}
BAND_COLOURS = {"robust": "green", "mostly": "teal", "depends": "yellow", "not": "red"}
RISE_WORDS = {
    "rising": "rising",
    "not supported": "top quartile, not supported",
    "not rising": "not rising",
    "too few": "too few to tell",
}
SMALL_WORDS = {"of", "and", "the"}
CAPITALS = {"btp"}


@dataclass(frozen=True)
class PopulationRow:
    """One reference population's threshold and what it makes of its cells."""

    area: str
    name: str
    words: str
    cells: int
    threshold: int | None
    hot: int
    tied: int
    governs: bool


def force_name(slug: str) -> str:
    """A force as data.police.uk's file names spell it, in words: "City of London", "BTP"."""
    if slug in CAPITALS:
        return slug.upper()
    words = slug.replace("_", "-").split("-")
    return " ".join(word if word in SMALL_WORDS else word.capitalize() for word in words)


def ruling(record: Record) -> Mapping[str, Any]:
    """The reference population that classed the cells: its cells, threshold, hot and tied.

    The area's own, unless the policy lets the command unit govern and its data is here.
    """
    bcu, name = record["bcu"], record["governing"]
    found: Mapping[str, Any] = record["populations"][name]
    if record["governing_area"] == "bcu" and bcu and bcu["populations"]:
        found = bcu["populations"][name]
    return found


def ruling_area(record: Record) -> str:
    """The name of the area whose cells were compared."""
    bcu = record["bcu"]
    if record["governing_area"] == "bcu" and bcu and bcu["populations"]:
        return f"{bcu['name']} BCU"
    return str(record["area"]["name"])


def verdict(record: Record) -> str:
    """One sentence."""
    if record["refusal"]:
        return f"Refused: {record['refusal']['reason']}"
    by_class = Counter(cell["class"] for cell in record["cells"])
    threshold = ruling(record)["threshold"]
    tied = f" {_are(by_class['tied'])} exactly at it." if by_class["tied"] else ""
    return (
        f"{by_class['hot']:,} of the {len(record['cells']):,} cells of {record['area']['name']} "
        f"are hotspots: above {threshold:,} crimes, the threshold of the upper quartile in "
        f"{ruling_area(record)}.{tied}"
    )


def populations(record: Record) -> list[PopulationRow]:
    """A, B and C within the area, then within its command unit where that is known."""
    sets = [(record["area"]["name"], record["populations"])]
    if record["bcu"] and record["bcu"]["populations"]:
        sets.append((f"{record['bcu']['name']} BCU", record["bcu"]["populations"]))
    rules = ruling(record)
    return [
        PopulationRow(
            area=area,
            name=name,
            words=POPULATION_WORDS[name],
            cells=found["cells"],
            threshold=found["threshold"],
            hot=found["hot"],
            tied=found["tied"],
            governs=found is rules,
        )
        for area, tests in sets
        for name, found in sorted(tests.items())
    ]


def listed_cells(record: Record) -> list[Mapping[str, Any]]:
    """The hot and the tied cells, most crimes first."""
    chosen = [cell for cell in record["cells"] if cell["class"] != "not hot"]
    return sorted(chosen, key=lambda cell: (cell["rank"], cell["q"], cell["r"]))


def edge_cells(record: Record) -> list[Mapping[str, Any]]:
    """The cells whose centre lies outside the boundary, most crimes first."""
    return sorted(record["edge_cells"], key=lambda cell: (-cell["count"], cell["q"], cell["r"]))


def caveats(record: Record) -> list[str]:
    """What weakens the finding, most important first. A sentence each."""
    if record["refusal"]:
        return [*_window(record), *_policy(record)]
    return [
        *_window(record),
        *_sensitivity(record),
        *_bcu(record),
        *_rise(record),
        *_policy(record),
    ]


def _window(record: Record) -> list[str]:
    window = record["window"]
    said = []
    if window["months"] < window["requested_months"]:
        said.append(
            f"{window['months']} of the {window['requested_months']} months asked for are "
            "counted. Months without data are left out, not counted as zero."
        )
    if window["requested_months"] < record["parameters"]["policy_months"]:
        said.append(
            f"The policy asks for {record['parameters']['policy_months']} months; "
            f"{window['requested_months']} were asked for."
        )
    said += [f"{span}: {why}." for span, why in _runs(window["absent_reasons"])]
    gaps = Counter(gap["category"] for gap in window["categories_absent"])
    if gaps:
        named = ", ".join(
            f"{category} ({n} {'month' if n == 1 else 'months'})"
            for category, n in sorted(gaps.items())
        )
        said.append(f"Some offences are missing or suspiciously few in counted months: {named}.")
    return said


def _runs(reasons: Mapping[str, str]) -> list[tuple[str, str]]:
    """Months that follow each other for one reason, told as one span."""
    runs: list[tuple[str, str, str]] = []
    for month, why in sorted(reasons.items()):
        if runs and runs[-1][2] == why and months_between(runs[-1][1], month)[1:] == (month,):
            runs[-1] = (runs[-1][0], month, why)
        else:
            runs.append((month, month, why))
    return [(first if first == last else f"{first} to {last}", why) for first, last, why in runs]


def _sensitivity(record: Record) -> list[str]:
    hot = [cell for cell in record["cells"] if cell["class"] == "hot"]
    weak = sum((cell["stability"] or {}).get("band") in {"depends", "not"} for cell in hot)
    said = []
    if weak:
        said.append(
            f"{weak:,} of the {len(hot):,} hot cells: dependent on how the grid is laid. Do not "
            "rely on these alone."
        )
    edge = sum(cell["edge"] for cell in hot)
    if edge:
        said.append(
            f"{edge:,} of the {len(hot):,} hot cells: less than half inside the boundary, and so "
            "compared by the density of crimes, not by their number."
        )
    mirrored = sum((cell["without_enforcement"] or cell)["class"] != "hot" for cell in hot)
    if mirrored:
        led = ", ".join(record["parameters"]["enforcement_led"])
        said.append(
            f"{mirrored:,} of the {len(hot):,} hot cells: not hot without the offences that police "
            f"activity itself brings to light ({led})."
        )
    return said


def _bcu(record: Record) -> list[str]:
    bcu = record["bcu"]
    if not bcu:
        return []
    said = []
    if bcu["missing"]:
        said.append(
            f"The comparison with the {bcu['name']} BCU leaves out {', '.join(bcu['missing'])}: "
            "the boundary or the crimes are not here."
        )
    if bcu["disagreements"]:
        said.append(
            f"{_are(bcu['disagreements'])} hot within only one of {record['area']['name']} and the "
            f"{bcu['name']} BCU. By the policy profile, {ruling_area(record)} governs."
        )
    return said


def _rise(record: Record) -> list[str]:
    refusal = record["rise"]["refusal"]
    return [f"Whether crime is rising was not judged: {refusal['reason']}"] if refusal else []


def _policy(record: Record) -> list[str]:
    unconfirmed = record["policy"]["unconfirmed"]
    if not unconfirmed:
        return []
    return [
        f"Values of the policy that decided this and are not confirmed: {len(unconfirmed)}. They "
        "are listed with their sources below."
    ]


def _are(cells: int) -> str:
    return "1 cell is" if cells == 1 else f"{cells:,} cells are"
