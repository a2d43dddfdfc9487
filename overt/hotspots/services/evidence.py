"""The evidence of an analysis as files: record, GeoJSON, CSV, offline map, PDF.

All of it is made from the record and from the base of the map. Only the record is hashed and
signed; the rest is for reading. Nothing is loaded from anywhere but this machine's own files.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

import overt
from overt.hotspots.analysis.explain import explain
from overt.hotspots.models import Analysis
from overt.hotspots.outputs import csv, figures, geojson, plan, summary
from overt.hotspots.outputs.geojson import Base, Record
from overt.hotspots.selectors import analyses as selectors

# Explained one by one in the PDF; the pages and the record have every cell.
EXPLAINED = 10

LEAFLET_IMAGES = ("layers.png", "layers-2x.png", "marker-icon.png")


def write_evidence(*, analysis: Analysis, folder: Path) -> list[Path]:
    """Write the five files of an analysis that is done or refused; their paths.

    Raises OSError when the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in files_of(analysis).items():
        path = folder / name
        path.write_bytes(content)
        written.append(path)
    return written


def files_of(analysis: Analysis) -> dict[str, bytes]:
    """The five files by name. `analysis.json` is the record, byte for byte."""
    record = selectors.record_of(analysis)
    beneath = selectors.base_of(record)
    return {
        "analysis.json": analysis.record.encode(),
        "hotspots.geojson": geojson.dumps(geojson.hotspots(record)),
        "hotspots.csv": csv.hotspots(record).encode(),
        "map.html": offline_map(record, beneath).encode(),
        "evidence.pdf": pdf(record, beneath),
    }


def stored_pdf(record: Record, beneath: Base) -> bytes:
    """The PDF, made once for each record, base and version of Overt, and kept in the storage.

    It takes seconds to make, and several web processes share what one of them made.
    """
    ground = geojson.dumps(geojson.base(record, beneath))
    key = hashlib.sha256(f"{record['digest']} {overt.__version__} ".encode() + ground).hexdigest()
    name = f"evidence/{key}.pdf"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(pdf(record, beneath)))
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content


def prepare(analysis: Analysis) -> None:
    """Make the PDF of an analysis with a record now, so that nobody waits for it later."""
    record = selectors.record_of(analysis)
    stored_pdf(record, selectors.base_of(record))


def offline_map(record: Record, beneath: Base) -> str:
    """One HTML file that opens offline."""
    from overt.hotspots.outputs import maps  # folium: a second to load

    assets = maps.Assets(
        leaflet_js=_static("leaflet/leaflet.js").decode(),
        leaflet_css=_static("leaflet/leaflet.css").decode(),
        maps_js=_static("js/maps.js").decode(),
        images={name: _static(f"leaflet/images/{name}") for name in LEAFLET_IMAGES},
    )
    return maps.offline(record, beneath, assets)


def pdf(record: Record, beneath: Base) -> bytes:
    """The evidence pack on paper, as an accessible PDF (PDF/UA-1)."""
    import weasyprint  # half a second that most processes never need

    listed = summary.listed_cells(record)
    page = render_to_string(
        "hotspots/evidence.html",
        {
            "record": record,
            "verdict": summary.verdict(record),
            "caveats": summary.caveats(record),
            "populations": summary.populations(record),
            "cells": listed,
            "edge_cells": summary.edge_cells(record),
            "explained": [
                {
                    "cell": cell,
                    "sentences": explain(record, cell),
                    "figures": _safe(figures.of_cell(record, cell)),
                }
                for cell in listed[:EXPLAINED]
            ],
            "figures": _safe(figures.of_area(record)),
            "plan": _safe(
                {
                    "map": plan.plan(
                        record,
                        beneath,
                        ident="plan",
                        title=f"Map of {record['area']['name']} with its hotspots",
                    )
                }
            )["map"],
        },
    )
    document = weasyprint.HTML(string=page, url_fetcher=_nothing_else)
    written: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return written


def _nothing_else(url: str, *_args: Any, **_kwargs: Any) -> Any:
    """The page carries all it needs; a reference to anything else is a fault."""
    raise ValueError(f"the evidence pack refers to {url}")


def _safe(drawn: Mapping[str, str]) -> dict[str, str]:
    # Made by our own charts, which escape every value.
    return {name: mark_safe(markup) for name, markup in drawn.items()}  # noqa: S308


def _static(name: str) -> bytes:
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(f"{name} is not among the static files; run `make setup`")
    return Path(path).read_bytes()
