"""Reads of boundaries."""

from dataclasses import dataclass

from overt.hotspots.areas import boundary, facts
from overt.hotspots.areas.boundary import Boundary
from overt.hotspots.models import Area
from overt.hotspots.models.areas import AreaKind


@dataclass(frozen=True)
class BcuBoundary:
    """`boundary` is None while the boundaries of `missing` boroughs are not imported."""

    name: str
    boroughs: tuple[str, ...]
    missing: tuple[str, ...]
    boundary: Boundary | None


def current_areas(kind: str) -> list[Area]:
    """The current boundaries of a kind, by name."""
    return list(Area.objects.filter(kind=kind, is_current=True).order_by("name"))


def current_area(kind: str, name: str) -> Area | None:
    """The current boundary of this kind and name, if one is imported."""
    return Area.objects.filter(kind=kind, name=name, is_current=True).first()


def bcu_boundary(name: str) -> BcuBoundary | None:
    """The boundary of a Basic Command Unit: the one imported as such, else the union of its
    boroughs (see `areas.boundary.union`). None for a BCU that is neither imported nor listed.
    """
    boroughs = facts.bcus().get(name, ())
    imported = current_area(AreaKind.BCU, name)
    if imported is not None:
        return BcuBoundary(
            name,
            boroughs,
            (),
            boundary.of_document(imported.name, imported.code, imported.boundary),
        )
    if not boroughs:
        return None
    areas = {
        area.name: area
        for area in Area.objects.filter(kind=AreaKind.BOROUGH, name__in=boroughs, is_current=True)
    }
    missing = tuple(borough for borough in boroughs if borough not in areas)
    if missing:
        return BcuBoundary(name, boroughs, missing, None)
    merged = boundary.union(name, "", [areas[borough].boundary for borough in boroughs])
    return BcuBoundary(name, boroughs, (), merged)
