"""The signs round the zone: proposed, then moved, added and taken away by hand."""

from typing import Any, ClassVar

from overt.deployments.application import tasks
from overt.deployments.application.tasks import SignPoint
from overt.deployments.place import reading
from overt.deployments.selectors.places import has_shape, planned, propose

from .fields import Line, Words
from .task_form import RowForm, TaskForm


class SignRow(RowForm):
    code = Line("Code", limit=8)
    easting = Line("Easting (m)", limit=12)
    northing = Line("Northing (m)", limit=12)
    description = Line("Where it stands", "As: lamp post 12.")

    def clean(self) -> None:
        if self.is_blank or self.errors:
            return
        given = self.cleaned_data
        if not given["code"]:
            self.add_error("code", "Give the sign a code, such as S1")
        try:
            found = reading.read_points(f"{given['easting']} {given['northing']}")
        except reading.PlaceProblem as refused:
            self.add_error("easting", f"Position of {given['code'] or 'the sign'}: {refused}")
            return
        if len(found) != 1:
            self.add_error("easting", f"Give the position of {given['code'] or 'the sign'}")
            return
        (self.position,) = found


class SignsForm(TaskForm):
    uncovered_reason = Words(
        "Why no sign is needed on an approach that passes none",
        "Only where the report names one.",
        rows=3,
    )
    row_kinds: ClassVar = {"signs": (SignRow, "Signs")}

    def shown(self) -> dict[str, Any]:
        return {"uncovered_reason": self.context.draft.signs.uncovered_reason}

    @property
    def saved_signs(self) -> tasks.Signs:
        """The plan as it is saved."""
        return self.context.draft.signs

    @property
    def is_stale(self) -> bool:
        """Whether they were planned around another zone."""
        return (
            bool(self.saved_signs.signs) and self.saved_signs.zone != self.context.draft.place.zone
        )

    def present(self, name: str) -> list[dict[str, Any]]:
        return [_typed(one) for one in self.context.draft.signs.signs]

    def is_valid(self) -> bool:
        valid = super().is_valid()
        if valid:
            codes = [row.cleaned_data["code"] for row in self.rows["signs"] if not row.is_blank]
            twice = sorted({code for code in codes if codes.count(code) > 1})
            if twice:
                self.add_error(None, f"Give each sign a code of its own: {', '.join(twice)}")
        return valid and not self.errors

    def read(self) -> tasks.Signs:
        signs = tuple(
            SignPoint(
                code=row.cleaned_data["code"],
                position=row.position,  # type: ignore[attr-defined]
                description=row.cleaned_data["description"],
            )
            for row in self.rows["signs"]
            if not row.is_blank
        )
        return self._planned(signs, self.cleaned_data["uncovered_reason"])

    def asked(self, do: str) -> tasks.Signs | None:
        """With "roads" or "evenly": signs as proposed, in the place of those that are there."""
        zone = self.context.draft.place.zone
        if do not in ("roads", "evenly") or not has_shape(zone):
            return None
        proposed = propose(zone, self.context.profile, by_roads=do == "roads")
        return self._planned(proposed, self.context.draft.signs.uncovered_reason)

    def _planned(self, signs: tuple[SignPoint, ...], reason: str) -> tasks.Signs:
        return planned(self.context.draft, self.context.profile, signs, reason)


def _typed(sign: SignPoint) -> dict[str, Any]:
    return {
        "code": sign.code,
        "easting": f"{sign.position[0] / 100:.2f}",
        "northing": f"{sign.position[1] / 100:.2f}",
        "description": sign.description,
    }
