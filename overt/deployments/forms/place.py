"""The place: typed, pasted or drawn, and what it rests on.

The form is the canonical input. The map on the page writes into the same boxes, and reads them
again; a place is never sent in any other way.

A ring that is sent back as it was shown is the ring that was there: reading it again could move a
corner by a centimetre, and what was searched around it would then be out of date.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from overt.deployments.application import tasks
from overt.deployments.application.tasks import Named, Ring
from overt.deployments.place import reading
from overt.deployments.selectors.lists import analyses_for, boroughs

from .fields import Line, Number, Plain, Words, choice
from .task_form import RowForm, TaskForm

COORDINATES, CIRCLE, GEOJSON = "coordinates", "circle", "geojson"
INPUTS = (
    (COORDINATES, "Corners, one to a line"),
    (CIRCLE, "A centre and a radius"),
    (GEOJSON, "GeoJSON"),
)
CORNERS_HINT = (
    "Latitude, longitude; easting, northing in metres; or a grid reference to the metre. "
    "As: 51.37553, -0.10275, or TQ 32345 65432."
)


class Shape(Plain):
    """Coordinates or GeoJSON, read by `place.reading`."""

    def __init__(self, label: str, hint: str, rows: int = 6) -> None:
        attrs = {"rows": rows, "spellcheck": "false", "autocomplete": "off"}
        super().__init__(
            label=label,
            hint=hint,
            limit=reading.MOST_CHARACTERS,
            widget=forms.Textarea(attrs=attrs),
        )


class CameraRow(RowForm):
    label = Line("Camera", "As: C1, on the van's mast.")
    at = Line("Position", "Given as a corner of the zone is.")

    def clean(self) -> None:
        if self.is_blank or self.errors:
            return
        if not self.cleaned_data["label"]:
            self.add_error("label", "Name the camera")
        try:
            found = reading.read_points(self.cleaned_data["at"])
        except reading.PlaceProblem as refused:
            self.add_error("at", f"Position of the camera: {refused}")
            return
        if len(found) != 1:
            self.add_error("at", "Give the camera's position")
            return
        (self.position,) = found


class PlaceForm(TaskForm):
    borough = choice("Borough")
    description = Words("The place in plain words", "Streets, corners, where the van stands.", 3)
    public_place = Line(
        "The place as the public reads it", "Coarse: a neighbourhood or a street, no camera points."
    )
    zone_as = choice("How to give the zone of recognition", radios=True)
    zone_coordinates = Shape("Corners of the zone", CORNERS_HINT)
    zone_centre = Line("Centre of the zone", CORNERS_HINT)
    zone_radius = Number("Radius in metres")
    zone_geojson = Shape("GeoJSON of the zone", "A Polygon, or a Feature with one, in WGS84.")
    footprint = Shape(
        "Footprint", "What the vehicle and the team take up, corner by corner. May be left out.", 4
    )
    basis = choice("What the place rests on", radios=True)
    analysis = choice("Hotspot analysis", "Those of the borough that is saved, newest first.")
    route_reason = Words(
        "Why this is an access route to the hotspot", "Only for an access route.", rows=3
    )
    statement = Words(
        "Reasoned statement",
        "Only for a statement: what is known, from what, and why it points here. Whoever makes it "
        "signs it below.",
    )
    row_kinds: ClassVar = {"cameras": (CameraRow, "Cameras")}

    def prepare(self) -> None:
        place = self.context.draft.place
        self.boroughs = {str(one.id): one for one in boroughs()}
        self.analyses = analyses_for(place.borough.id if place.borough else None)
        if place.analysis and all(one.pk != place.analysis.id for one in self.analyses):
            self.analyses += analyses_for(None, pk=place.analysis.id)
        today = self.context.now
        oldest = self.context.profile.place.analysis_max_age_days.value
        fields: dict[str, Any] = self.fields
        fields["borough"].choices = [
            ("", "Choose the borough"),
            *((pk, one.name) for pk, one in self.boroughs.items()),
        ]
        fields["zone_as"].choices = INPUTS
        fields["basis"].choices = [
            ("hotspot", "A hotspot: the zone touches a hot hexagon of an analysis"),
            ("access_route", "An access route to a hotspot, with a reason"),
            ("statement", "A signed, reasoned statement"),
        ]
        fields["analysis"].choices = [
            ("", "None"),
            *((str(one.pk), one.words(today, oldest)) for one in self.analyses),
        ]

    def shown(self) -> dict[str, Any]:
        place = self.context.draft.place
        return {
            "borough": str(place.borough.id) if place.borough else "",
            "description": place.description,
            "public_place": place.public_place,
            "zone_as": COORDINATES,
            "zone_coordinates": reading.write_ring(place.zone),
            "footprint": reading.write_ring(place.footprint),
            "basis": place.basis,
            "analysis": str(place.analysis.id) if place.analysis else "",
            "route_reason": place.route_reason,
            "statement": place.statement,
        }

    def present(self, name: str) -> list[dict[str, Any]]:
        return [
            {"label": one.label, "at": reading.write_points([one.position])}
            for one in self.context.draft.place.cameras
        ]

    def clean(self) -> None:
        if self.errors:
            return
        place = self.context.draft.place
        self.zone = self._zone(place.zone)
        self.ring_of_footprint = self._ring("footprint", place.footprint)

    def _zone(self, before: Ring) -> Ring:
        chosen = self.cleaned_data["zone_as"] or COORDINATES
        if chosen == COORDINATES:
            return self._ring("zone_coordinates", before)
        try:
            if chosen == GEOJSON:
                text = self.cleaned_data["zone_geojson"]
                return reading.read_geojson(text) if text.strip() else ()
            centre, radius = self.cleaned_data["zone_centre"], self.cleaned_data["zone_radius"]
            if not centre and radius is None:
                return ()
            if radius is None:
                self.add_error("zone_radius", "Enter the radius in metres as a whole number")
                return ()
            return reading.read_circle(centre, radius)
        except reading.PlaceProblem as refused:
            at = "zone_geojson" if chosen == GEOJSON else "zone_centre"
            self.add_error(at, f"{self.fields[at].label}: {refused}")
            return ()

    def _ring(self, name: str, before: Ring) -> Ring:
        text = self.cleaned_data[name]
        if not text.strip():
            return ()
        if _same(text, reading.write_ring(before)):
            return before
        try:
            return reading.read_ring(text)
        except reading.PlaceProblem as refused:
            self.add_error(name, f"{self.fields[name].label}: {refused}")
            return ()

    def read(self) -> tasks.Place:
        given = self.cleaned_data
        chosen = next((one for one in self.analyses if str(one.pk) == given["analysis"]), None)
        place = self.context.draft.place
        return tasks.Place(
            borough=self.boroughs.get(given["borough"]),
            description=given["description"],
            public_place=given["public_place"],
            zone=self.zone,
            footprint=self.ring_of_footprint,
            cameras=tuple(
                tasks.Camera(label=row.cleaned_data["label"], position=row.position)  # type: ignore[attr-defined]
                for row in self.rows["cameras"]
                if not row.is_blank
            ),
            basis=given["basis"],
            analysis=Named(id=chosen.pk, name=chosen.name) if chosen else None,
            analysis_digest=chosen.digest if chosen else "",
            route_reason=given["route_reason"],
            statement=given["statement"],
            statement_by=place.statement_by,
            statement_at=place.statement_at,
        )


def _same(one: str, other: str) -> bool:
    return _lines(one) == _lines(other)


def _lines(text: str) -> Sequence[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
