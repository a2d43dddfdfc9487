"""The files of an analysis: its record as it is, and what is made from the record."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from overt.hotspots.models import Analysis
from overt.hotspots.outputs import csv, geojson
from overt.hotspots.selectors import analyses as selectors
from overt.hotspots.services import evidence

# The record never changes, and its address is of this one analysis: a browser may keep what is
# made from it for as long as a session lasts.
KEPT = "private, max-age=28800"


@require_safe
def analysis_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The canonical bytes that the digest is over (with the digest)."""
    found = _answered(pk)
    return _file(found, found.record.encode(), "application/json", "analysis.json")


@require_safe
def hotspots_geojson(request: HttpRequest, pk: int) -> HttpResponse:
    found = _answered(pk)
    content = geojson.dumps(geojson.hotspots(selectors.record_of(found)))
    return _file(found, content, "application/geo+json", "hotspots.geojson")


@require_safe
def base_geojson(request: HttpRequest, pk: int) -> HttpResponse:
    """What the map is drawn on: boundary, wards, stations."""
    record = selectors.record_of(_answered(pk))
    content = geojson.dumps(geojson.base(record, selectors.base_of(record)))
    return HttpResponse(content, content_type="application/geo+json")


@require_safe
def hotspots_csv(request: HttpRequest, pk: int) -> HttpResponse:
    found = _answered(pk)
    content = csv.hotspots(selectors.record_of(found)).encode()
    return _file(found, content, "text/csv; charset=utf-8", "hotspots.csv")


@require_safe
def map_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The map as one file that opens offline. Saved, not shown: it carries its scripts inline."""
    found = _answered(pk)
    record = selectors.record_of(found)
    content = evidence.offline_map(record, selectors.base_of(record)).encode()
    return _file(found, content, "text/html; charset=utf-8", "map.html")


@require_safe
def evidence_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    found = _answered(pk)
    record = selectors.record_of(found)
    content = evidence.stored_pdf(record, selectors.base_of(record))
    return _file(found, content, "application/pdf", "evidence.pdf")


def _answered(pk: int) -> Analysis:
    found = get_object_or_404(Analysis.objects.select_related("area"), pk=pk)
    if not found.record:
        raise Http404("This analysis has no result.")
    return found


def _file(found: Analysis, content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    shown = f"{slugify(found.area.name) or 'area'}-{found.digest[:8]}-{name}"
    response["Content-Disposition"] = f'attachment; filename="{shown}"'
    response["Cache-Control"] = KEPT
    return response
