"""The record of an analysis: what `analysis.json` holds, byte for byte.

The form is RFC 8785 canonical JSON. Counts and positions are integers; every other figure is a
decimal string of stated precision, so that no reader's floats can change it. `digest` is the
sha256 of the record without `digest`. docs/analysis-record.md explains every key.
"""

import hashlib
import json
from typing import Any

import numpy as np
import numpy.typing as npt

from overt.hotspots.geo.bng import PIPELINE

from . import quartile, rise
from .cell_records import edge_cells, listed_cells, millionths
from .findings import (
    Findings,
    Refusal,
    SitedCircle,
    bcu_classes,
)
from .inputs import AnalysisInputs, AreaInput, decimal
from .method import Method
from .quartile import Verdict

SCHEMA = "overt/hotspot-analysis/1"

Json = dict[str, Any]
Integers = npt.NDArray[np.int64]


def canonical(record: Json) -> bytes:
    """The bytes of `analysis.json`: RFC 8785 for a record without floats, with ASCII keys.

    There the standard library's encoder writes the same bytes as one made for RFC 8785, twenty
    times as fast; a test holds the two together. Raises ValueError for NaN and infinity.
    """
    text = json.dumps(
        record, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def digest_of(record: Json) -> str:
    """sha256, in hex, over the canonical form of the record without its `digest`."""
    return hashlib.sha256(
        canonical({key: value for key, value in record.items() if key != "digest"})
    ).hexdigest()


def write(found: Findings) -> Json:
    """The whole record, digest included."""
    inputs, method = found.inputs, found.method
    cells = [] if found.refusal else listed_cells(found)
    record: Json = {
        "schema": SCHEMA,
        "area": _area(inputs.area),
        "inputs": [
            {
                "name": file.name,
                "sha256": file.sha256,
                "force": file.force,
                "month": file.month,
                "rows": file.rows,
            }
            for file in sorted(inputs.files, key=lambda f: (f.force, f.month, f.sha256))
        ],
        "policy": {
            "name": inputs.policy_name,
            "digest": inputs.policy_digest,
            "unconfirmed": inputs.unconfirmed,
        },
        "parameters": _parameters(inputs, method),
        "software": dict(inputs.software),
        "window": _window(found),
        "categories": list(inputs.asked.categories),
        "grid": {
            "width_m": method.width_cm // 100,
            "width_cm": method.width_cm,
            "origin": [0, 0],
            "crs": "EPSG:27700",
            "projection": PIPELINE,
            "hexagon": "pointy-top",
        },
        "populations": _populations(found.level.tests),
        "governing": method.reference_population,
        "governing_area": method.governing_area,
        "residents": _residents(inputs),
        "set_aside": {
            "crimes_inside": int(found.by_month.sum()),
            "crimes_in_cells": int(found.level.counts.sum()),
            "crimes_in_edge_cells": int(found.rim.counts.sum()),
        },
        "bcu": _bcu(found),
        "cells": cells,
        "edge_cells": [] if found.refusal else edge_cells(found),
        "rise": _rise(found),
        "stability": _stability(found),
        "circles": [
            _circle(number, circle, method) for number, circle in enumerate(found.circles, start=1)
        ],
        "refusal": _refusal(found.refusal),
    }
    record["digest"] = digest_of(record)
    return record


def _area(area: AreaInput) -> Json:
    return {
        "kind": area.kind,
        "name": area.name,
        "code": area.code,
        "boundary_sha256": area.boundary_sha256,
        "boundary": area.coordinates,
        "source": {"name": area.source_name, "sha256": area.source_sha256},
    }


def _parameters(inputs: AnalysisInputs, method: Method) -> Json:
    asked = inputs.asked
    return {
        "forces": list(asked.forces),
        "categories": list(asked.categories),
        "until": asked.until,
        "months": asked.months,
        "policy_months": method.months,
        "width_cm": method.width_cm,
        "quantile": decimal(method.quantile, 6),
        "reference_population": method.reference_population,
        "governing_area": method.governing_area,
        "min_reference_cells": method.min_reference_cells,
        "min_crimes": method.min_crimes,
        "min_months_level": method.min_months_level,
        "min_months_rise": method.min_months_rise,
        "enforcement_led": list(method.enforcement_led),
        "absent_min_median": method.absent_min_median,
        "suspect_share": decimal(method.suspect_share, 6),
        "diameter_cm": method.diameter_cm,
    }


def _window(found: Findings) -> Json:
    window = found.window
    return {
        "from": window.months[0],
        "to": window.months[-1],
        "months": len(window.counted),
        "requested_months": len(window.months),
        "absent": list(window.absent),
        "absent_reasons": window.absent,
        "categories_absent": [
            {"month": month, "category": category, "status": status}
            for month, category, status in window.gaps
        ],
        "by_month": [
            {"month": month, "count": int(count)}
            for month, count in zip(window.counted, found.by_month, strict=True)
        ],
    }


def _populations(tests: Any) -> Json:
    return {name: _verdict(verdict) for name, verdict in tests.items()}


def _verdict(verdict: Verdict) -> Json:
    return {
        "cells": verdict.cells,
        "threshold": verdict.threshold,
        "hot": verdict.hot,
        "tied": verdict.tied,
    }


def _bcu(found: Findings) -> Json | None:
    given = found.inputs.bcu
    if given is None:
        return None
    answer: Json = {
        "name": given.name,
        "boroughs": [
            {"name": borough.name, "boundary_sha256": borough.boundary_sha256}
            for borough in given.boroughs
        ],
        "missing": list(given.missing),
        "populations": None,
        "disagreements": None,
    }
    if found.bcu is not None:
        in_area = found.level.classes(found.method.reference_population)
        in_bcu = bcu_classes(found.bcu, found.method)
        answer["populations"] = _populations(found.bcu.level.tests)
        answer["disagreements"] = int(((in_area == quartile.HOT) != (in_bcu == quartile.HOT)).sum())
    return answer


def _residents(inputs: AnalysisInputs) -> Json | None:
    known = inputs.residents
    if known is None:
        return None
    return {
        "table": known.table,
        "sha256": known.table_sha256,
        "year": known.year,
        "areas": known.areas,
        "boundaries_sha256": known.boundaries_sha256,
    }


def _rise(found: Findings) -> Json:
    answer: Json = {"refusal": _refusal(found.rise_refusal)}
    if found.rise_periods is not None:
        baseline, recent = found.rise_periods
        answer |= {
            "baseline": list(baseline),
            "recent": list(recent),
            "categories_left_out": list(found.rise_left_out),
        }
    if found.drift is not None:
        answer["drift"] = decimal(found.drift, 6)
    if found.rise is not None:
        answer |= {
            "n0": found.rise.baseline_total,
            "n1": found.rise.recent_total,
            "threshold": millionths(np.int64(found.rise.ratio_threshold)),
            "rising": int((found.rise.label == rise.RISING).sum()),
            "not_supported": int((found.rise.label == rise.NOT_SUPPORTED).sum()),
        }
    return answer


def _stability(found: Findings) -> Json | None:
    measured, method = found.stability, found.method
    if measured is None:
        return None
    return {
        "origins": measured.origins,
        "variants": measured.variants,
        "widths_m": [width // 100 for width in method.widths_cm],
        "windows_months": sorted({family.window_months for family in measured.families}),
        "populations": list(quartile.POPULATIONS),
        "families": [
            {
                "width_m": family.width_cm // 100,
                "window_months": family.window_months,
                "population": family.population,
                "strict": family.strict,
            }
            for family in measured.families
        ],
        "governing_family": measured.governing,
        "displacement_runs": method.displacement_runs,
        "bands": {
            "robust": decimal(method.bands.robust, 6),
            "mostly": decimal(method.bands.mostly, 6),
            "weak": decimal(method.bands.weak, 6),
        },
    }


def _circle(number: int, sited: SitedCircle, method: Method) -> Json:
    return {
        "rank": number,
        "easting_cm": sited.circle.easting_cm,
        "northing_cm": sited.circle.northing_cm,
        "diameter_m": method.diameter_cm // 100,
        "count": sited.circle.count,
        "touches_hot": bool(sited.hexagons),
        "hexagons": [list(cell) for cell in sited.hexagons],
        "lattice_m": method.lattice_cm // 100,
        "lattice_rank": sited.rank,
        "lattice_size": sited.lattice_size,
        "lattice_share_below": decimal(sited.lattice_below, 6, scale=sited.lattice_size)
        if sited.lattice_size
        else None,
        "note": "" if sited.hexagons else "circle only: does not satisfy the grid test",
    }


def _refusal(refusal: Refusal | None) -> Json | None:
    return None if refusal is None else {"code": refusal.code, "reason": refusal.reason}
