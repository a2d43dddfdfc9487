"""Whether an analysis record can be had again from its inputs, byte for byte."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from overt.hotspots.analysis import record as records
from overt.hotspots.analysis import run
from overt.hotspots.analysis.inputs import AnalysisInputs, AreaInput, Asked, BcuInput
from overt.hotspots.analysis.method import Method
from overt.hotspots.areas import boundary
from overt.hotspots.models import Area, CrimeRelease
from overt.hotspots.models.areas import AreaKind
from overt.policy import profiles
from overt.policy.document import Profile, ProfileError, from_document
from overt.policy.models import PinnedProfile

from . import analysis_inputs
from .claimed import NotVerifiable, read

Json = dict[str, Any]

# Places that differ, named one by one; after these, only their number.
NAMED = 12


@dataclass(frozen=True)
class Answer:
    """`differences` are dotted places in the record; software versions are told apart."""

    digest: str
    differences: tuple[str, ...]
    software: tuple[str, ...]

    @property
    def is_identical(self) -> bool:
        return not self.differences and not self.software


def verify(content: bytes, *, sources: Path | None = None) -> Answer:
    """Recompute the record in `content`, the bytes of an analysis.json.

    sources: a folder with the original crime files; where given, each is checked against the
    sha256 in the record first. Raises NotVerifiable.
    """
    claimed = read(content)
    if sources is not None:
        _check_sources(claimed, sources)
    profile = _profile(claimed["policy"]["name"], claimed["policy"]["digest"])
    parameters = claimed["parameters"]
    inputs = analysis_inputs.build(
        area=_area(claimed["area"]),
        bcu=_bcu(claimed),
        asked=Asked(
            forces=tuple(parameters["forces"]),
            categories=tuple(parameters["categories"]),
            until=parameters["until"],
            months=parameters["months"],
        ),
        releases=_releases(claimed["inputs"]),
        profile=profile,
    )
    _check_residents(claimed, inputs)
    again = run.analyse(inputs, method=Method.of_profile(profile))
    software = tuple(
        f"{name}: {claimed['software'].get(name)} in the record, {version} here"
        for name, version in again["software"].items()
        if claimed["software"].get(name) != version
    )
    places = [
        place
        for place in _differences(claimed, again, "")
        if not place.startswith(("software", "digest"))
    ]
    if not places and not software and records.canonical(again) != content:
        places = ["the bytes (the values are equal, their spelling is not canonical JSON)"]
    named = tuple(places[:NAMED])
    if len(places) > NAMED:
        named += (f"and {len(places) - NAMED:,} more",)
    return Answer(claimed["digest"], named, software)


def _check_sources(claimed: Json, folder: Path) -> None:
    files = {path.name: path for path in sorted(folder.rglob("*")) if path.is_file()}
    for source in claimed["inputs"]:
        # A member of an archive is named archive.zip!folder/member.csv: its digest is its own.
        name = source["name"].rsplit("/", 1)[-1].rsplit("!", 1)[-1]
        if name not in files:
            raise NotVerifiable(f"{name} is not in {folder}")
        with files[name].open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != source["sha256"]:
            raise NotVerifiable(
                f"{name} has changed: its sha256 is {found}, the record has {source['sha256']}"
            )


def _check_residents(claimed: Json, inputs: AnalysisInputs) -> None:
    wanted, here = claimed["residents"], inputs.residents
    if wanted is None and here is None:
        return
    if wanted is None or here is None or wanted["sha256"] != here.table_sha256:
        name = "none" if wanted is None else f"{wanted['table']} (sha256 {wanted['sha256']})"
        raise NotVerifiable(
            f"the record's table of residents is {name}, here it is "
            f"{'none' if here is None else here.table}"
        )
    if wanted["boundaries_sha256"] != here.boundaries_sha256:
        raise NotVerifiable("the small areas that hold the residents have other boundaries here")


def _releases(inputs: list[Json]) -> list[CrimeRelease]:
    found = {
        (release.file.sha256, release.force, release.month): release
        for release in CrimeRelease.objects.filter(
            file__sha256__in={source["sha256"] for source in inputs}
        ).select_related("file")
    }
    releases = []
    for source in inputs:
        release = found.get((source["sha256"], source["force"], source["month"]))
        if release is None:
            raise NotVerifiable(
                f"{source['name']} (sha256 {source['sha256']}) is not imported here: "
                "import that very file first"
            )
        releases.append(release)
    return releases


def _profile(name: str, digest: str) -> Profile:
    pinned = PinnedProfile.objects.filter(digest=digest).first()
    if pinned is not None:
        return from_document(pinned.document)
    try:
        profile = profiles.load(name)
    except ProfileError as problem:
        raise NotVerifiable(str(problem)) from None
    if profile.digest != digest:
        raise NotVerifiable(
            f"policy profile {name} is another one here: its digest is {profile.digest}, "
            f"the record has {digest}"
        )
    return profile


def _area(claimed: Json) -> AreaInput:
    whole = boundary.of_document(
        claimed["name"], claimed["code"], records.canonical(claimed["boundary"]).decode()
    )
    if whole.sha256 != claimed["boundary_sha256"]:
        raise NotVerifiable("the record's boundary does not have the record's boundary_sha256")
    named = set(
        Area.objects.filter(kind=claimed["kind"], boundary_sha256=whole.sha256).values_list(
            "name", flat=True
        )
    )
    if named and claimed["name"] not in named:
        raise NotVerifiable(
            f"the record calls its area {claimed['name']!r}, but its boundary is that of "
            f"{', '.join(sorted(named))} here"
        )
    shape = boundary.to_shapely(whole.document)
    if not shape.is_valid:
        raise NotVerifiable("the record's boundary crosses itself")
    return AreaInput(
        kind=claimed["kind"],
        name=claimed["name"],
        code=claimed["code"],
        coordinates=whole.coordinates,
        boundary_sha256=whole.sha256,
        source_name=claimed["source"]["name"],
        source_sha256=claimed["source"]["sha256"],
        shape=shape,
    )


def _bcu(claimed: Json) -> BcuInput | None:
    bcu = claimed["bcu"]
    if bcu is None:
        return None
    boroughs = []
    for borough in bcu["boroughs"]:
        area = Area.objects.filter(
            kind=AreaKind.BOROUGH,
            name=borough["name"],
            boundary_sha256=borough["boundary_sha256"],
        ).first()
        if area is None and borough["name"] == claimed["area"]["name"]:
            boroughs.append(_area(claimed["area"]))
        elif area is None:
            raise NotVerifiable(
                f"the boundary of {borough['name']} with sha256 {borough['boundary_sha256']} "
                "is not imported here"
            )
        else:
            boroughs.append(analysis_inputs.area_input(area))
    return BcuInput(bcu["name"], tuple(boroughs), tuple(bcu["missing"]))


def _differences(one: Any, other: Any, place: str) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            at = f"{place}.{key}" if place else key
            if key not in one or key not in other:
                yield f"{at} ({'only here' if key in other else 'only in the record'})"
            else:
                yield from _differences(one[key], other[key], at)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from _differences(mine, theirs, f"{place}[{number}]")
    elif one != other:
        yield f"{place}: {_short(one)} in the record, {_short(other)} here"


def _short(value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)} items"
    return json.dumps(value)[:60]
