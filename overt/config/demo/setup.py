"""Loads the demo's material, through the same services as the commands and the pages.

Every step finds what an earlier run has done and leaves it: a second run changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Max
from django.utils import timezone

from overt.accounts.actors import Actor
from overt.config.demo.material import Material
from overt.hotspots.areas.boundary import to_shapely
from overt.hotspots.geo.mask import BoundaryMask
from overt.hotspots.models import Analysis, Area, CrimeImport
from overt.hotspots.models.analyses import State
from overt.hotspots.models.areas import AreaKind
from overt.hotspots.selectors.areas import current_areas
from overt.hotspots.selectors.crimes import current_releases, forces_in, load_table
from overt.hotspots.services import analyses, area_counts, areas, crimes, jobs, places, roads
from overt.hotspots.services.analyses import AnalysisRefused, Request
from overt.policy import profiles
from overt.policy.document import Profile

# Of files that are given, at most so many boroughs are analysed: those with most crimes.
_MOST_ANALYSED = 5
# A force's files hold rows from beyond its borders. A borough with less than one such part of the
# crimes of the first, or of all, is taken to be there by stray rows.
_STRAY_OF_FIRST, _STRAY_OF_ALL = 10, 100

Say = Callable[[str], None]


@dataclass(frozen=True)
class Ready:
    """`analysed`: the areas that have an analysis, done or under way. `fresh`: how many are new."""

    analysed: tuple[str, ...]
    fresh: int


def load(material: Material, *, say: Say, progress: crimes.Progress) -> Ready:
    """Import everything that is not there yet, and ask for the analyses.

    Raises what the services raise: SourceError, BadFiles, StorageFull, StoredFileChanged,
    ProfileError.
    """
    actor = Actor.of_command("demo")
    for file in material.boundaries:
        changes = areas.import_areas(
            path=file.path,
            kind=file.kind,
            name_field=file.name_field,
            code_field=file.code_field,
            actor=actor,
            now=timezone.now(),
        )
        new = len(changes.added) + len(changes.changed)
        say(f"Boundaries, {file.kind}: {new:,} new, {len(changes.unchanged):,} there already")
    for kind, path in material.places.items():
        points = places.import_places(
            path=path,
            kind=kind,
            name_field="name",
            lon_field="lon",
            lat_field="lat",
            actor=actor,
            now=timezone.now(),
        )
        say(f"Places, {kind}: {len(points.added):,} new, {len(points.unchanged):,} there already")
    if material.roads is not None:
        lines = roads.import_roads(
            path=material.roads,
            name_field="name",
            kind_field="highway",
            actor=actor,
            now=timezone.now(),
        )
        say(f"Roads: {len(lines.added):,} new, {len(lines.unchanged):,} there already")
    if material.tables:
        tables = area_counts.import_area_counts(
            paths=material.tables, actor=actor, now=timezone.now()
        )
        say(f"Area tables: {len(tables.new)} new, {len(tables.unchanged)} there already")
    imported = crimes.import_files(
        paths=material.crimes,
        mapping=None,
        force=None,
        actor=actor,
        now=timezone.now(),
        progress=progress,
    )
    say(f"Crime files: {len(imported.new)} new, {len(imported.unchanged)} there already")
    return _analyse(material, actor=actor, say=say)


def _analyse(material: Material, *, actor: Actor, say: Say) -> Ready:
    profile = profiles.load()
    chosen = _chosen(material, profile, say=say)
    analysed: list[str] = []
    fresh = 0
    for area in chosen:
        if not _has_analysis(area, profile):
            try:
                analysis = analyses.request(
                    area=area,
                    wanted=Request(forces=_main_force(area)),
                    profile=profile,
                    actor=actor,
                    now=timezone.now(),
                )
            except AnalysisRefused as refusal:
                say(f"Not analysed: {area.name}. {refusal}")
                continue
            jobs.send(analysis=analysis)
            fresh += 1
        analysed.append(area.name)
    if analysed:
        say(f"Analyses: {fresh} asked for, {len(analysed) - fresh} there already")
    return Ready(tuple(analysed), fresh)


def _main_force(area: Area) -> tuple[str, ...]:
    """The force with most crimes there: files that somebody tries out may be any force's."""
    present = forces_in((area.west, area.south, area.east, area.north))
    return tuple(found.force for found in present[:1])


def _chosen(material: Material, profile: Profile, *, say: Say) -> list[Area]:
    """The boroughs to analyse: those that the material names, or those with most crimes."""
    boroughs = current_areas(AreaKind.BOROUGH)
    if material.analyse is not None:
        named = {area.name: area for area in boroughs}
        return [named[name] for name in material.analyse]
    held = _crimes_by_borough(boroughs)
    least = profile.hotspots.min_crimes.value
    enough = sorted(
        (area for area in boroughs if held.get(area.name, 0) >= least),
        key=lambda area: (-held[area.name], area.name),
    )
    if not enough:
        say(
            f"No borough of this boundary file holds enough of the crimes (more than stray rows, "
            f"and at least the policy's {least}): is it the right boundary file?"
        )
        return []
    chosen = enough[:_MOST_ANALYSED]
    names = ", ".join(f"{area.name} ({held[area.name]:,} crimes)" for area in chosen)
    more = f", of {len(enough)} with enough crimes" if len(enough) > len(chosen) else ""
    say(f"Boroughs with most crimes{more}: {names}")
    return chosen


def _crimes_by_borough(boroughs: Sequence[Area]) -> dict[str, int]:
    """Crimes inside each borough that holds more than stray rows of these files."""
    table = load_table(releases=current_releases())
    counts = table.counts()
    east, north = table.easting.astype(np.float64), table.northing.astype(np.float64)
    held = {
        area.name: int(counts[BoundaryMask(to_shapely(area.boundary)).inside(east, north)].sum())
        for area in boroughs
    }
    least = max(max(held.values(), default=0) // _STRAY_OF_FIRST, counts.sum() // _STRAY_OF_ALL)
    return {name: count for name, count in held.items() if count >= least}


def _has_analysis(area: Area, profile: Profile) -> bool:
    """Whether this boundary has an analysis under this policy, asked for since the last import."""
    latest = CrimeImport.objects.aggregate(at=Max("at"))["at"]
    return (
        Analysis.objects.filter(area=area, policy_digest=profile.digest, requested_at__gte=latest)
        .exclude(state=State.FAILED)
        .exists()
    )
