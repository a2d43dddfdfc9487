"""What the pages of the place, the sensitive places and the signs show besides their forms."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from overt.deployments.application.tasks import Draft, Position, Ring, read_draft
from overt.deployments.selectors.deployments import profile_of
from overt.deployments.selectors.facts import sensitive_places
from overt.deployments.selectors.overview import Overview
from overt.deployments.selectors.places import has_shape, zone_facts
from overt.deployments.views.application_found import found, keep_read
from overt.hotspots.areas import boundary
from overt.hotspots.geo import bng
from overt.hotspots.models import Area
from overt.hotspots.selectors.roads import roads_in

# The longest side of a piece of a map that roads are given for: a few streets, never a county.
WIDEST_M = 4_000


def beside_the_place(shown: Overview) -> dict[str, Any]:
    """The addresses that the map is drawn from, and the words beside it."""
    place = shown.draft.place
    layers = {
        "drawing": reverse("deployments:drawing", args=[shown.deployment.reference]),
        "roads": reverse("deployments:roads"),
    }
    if place.analysis:
        layers["hotspots"] = reverse("hotspots:hotspots_geojson", args=[place.analysis.id])
    return {
        "layers": layers,
        "hotspot": shown.gathered.hotspot,
        "zone": zone_facts(place, shown.profile),
        "place": place,
    }


@require_safe
def drawing(request: HttpRequest, reference: str) -> JsonResponse:
    """Boundary, zone, footprint, cameras, sensitive places and signs of the draft, in WGS84."""
    deployment = found(reference)
    keep_read(request, deployment, "deployments:drawing")
    draft = read_draft(deployment.draft)
    features = [*_boundary(draft), *_drawn(draft)]
    if has_shape(draft.place.zone):
        features += [
            _feature("sensitive", f"{one.name}, {one.kind}", "Point", _wgs84([one.position])[0])
            for one in sensitive_places(draft.place.zone, profile_of(deployment))
        ]
    return _collection(features)


@require_safe
def roads(request: HttpRequest) -> HttpResponse:
    """The roads of a piece of a map, `?box=west,south,east,north` in WGS84."""
    try:
        west, south, east, north = map(float, request.GET.get("box", "").split(","))
        (left, right), (bottom, top) = (
            one.tolist() for one in bng.to_bng_cm([west, east], [south, north])
        )
    except (ValueError, OverflowError):
        return HttpResponseBadRequest("box: give west,south,east,north in degrees")
    if max(right - left, top - bottom) > WIDEST_M * 100:
        return HttpResponseBadRequest(f"box: give at most {WIDEST_M:,} m")
    found = roads_in(left, bottom, right, top)
    return _collection(
        [_feature("road", road.name, "LineString", _wgs84(road.positions)) for road in found]
    )


def _collection(features: list[dict[str, Any]]) -> JsonResponse:
    response = JsonResponse(
        {"type": "FeatureCollection", "features": features}, content_type="application/geo+json"
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _boundary(draft: Draft) -> list[dict[str, Any]]:
    borough = draft.place.borough
    area = Area.objects.filter(pk=borough.id).first() if borough else None
    if area is None:
        return []
    shape = boundary.to_shapely(area.boundary)
    polygons = [
        [
            _wgs84([(int(e), int(n)) for e, n in ring.coords])
            for ring in (one.exterior, *one.interiors)
        ]
        for one in shape.geoms
    ]
    return [_feature("boundary", area.name, "MultiPolygon", polygons)]


def _drawn(draft: Draft) -> list[dict[str, Any]]:
    place = draft.place
    found: list[dict[str, Any]] = []
    for kind, ring in (("zone", place.zone), ("footprint", place.footprint)):
        if ring:
            found.append(_feature(kind, "", "Polygon", [_wgs84(ring)]))
    points: list[tuple[str, str, Position]] = [
        ("camera", one.label, one.position) for one in place.cameras
    ]
    points += [("sign", f"{one.code} {one.description}", one.position) for one in draft.signs.signs]
    for kind, name, position in points:
        found.append(_feature(kind, name, "Point", _wgs84([position])[0]))
    return found


def _wgs84(points: Ring | list[Position]) -> list[list[float]]:
    longitudes, latitudes = bng.to_wgs84([e for e, _ in points], [n for _, n in points])
    return [
        [round(float(lon), 8), round(float(lat), 8)]
        for lon, lat in zip(longitudes, latitudes, strict=True)
    ]


def _feature(kind: str, name: str, form: str, coordinates: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"kind": kind, "name": name.strip()},
        "geometry": {"type": form, "coordinates": coordinates},
    }
