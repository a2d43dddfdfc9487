"""The assessments that the profile asks for: what each is, and the hash of its document."""

import re
from typing import Any

from django import forms

from overt.deployments.application import tasks
from overt.deployments.application.tasks import Assessment

from .fields import Line
from .moments import day_fields, read_day, typed_day
from .task_form import Context, TaskForm
from .uploads import LARGEST_MB, Hashed

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class AssessmentsForm(TaskForm):
    """One set of fields per kind, named after its place in the profile's list."""

    def __init__(
        self, *args: Any, context: Context, too_large: frozenset[str] = frozenset(), **options: Any
    ) -> None:
        self.too_large = too_large
        # A kind that the profile no longer asks for stays until it is emptied.
        asked = context.profile.authorising.assessments.value
        given = [one.kind for one in context.draft.assessments.assessments]
        self.kinds = list(dict.fromkeys([*asked, *given]))
        super().__init__(*args, context=context, **options)

    def prepare(self) -> None:
        self.fields = {
            f"a{number}_{name}": field
            for number in range(len(self.kinds))
            for name, field in self._fields_of_one().items()
        }

    @staticmethod
    def _fields_of_one() -> dict[str, forms.Field]:
        return {
            "reference": Line("Reference"),
            "version": Line("Version", limit=40),
            **{f"dated_{part}": field for part, field in day_fields().items()},
            "sha256": Line("SHA-256 of the document's file", "64 characters, 0 to 9 and a to f."),
            "file": forms.FileField(
                label="Or choose the file",
                help_text=f"It is hashed as it arrives, at most {LARGEST_MB} MB, and not kept.",
                required=False,
                max_length=255,
                widget=forms.FileInput,
            ),
        }

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The fields of each assessment, for its part of the page."""
        return [
            {
                "kind": kind,
                "name": f"a{number}",
                "reference": self[f"a{number}_reference"],
                "version": self[f"a{number}_version"],
                "day": {part: self[f"a{number}_dated_{part}"] for part in ("day", "month", "year")},
                "day_errors": self[f"a{number}_dated_day"].errors,
                "sha256": self[f"a{number}_sha256"],
                "file": self[f"a{number}_file"],
            }
            for number, kind in enumerate(self.kinds)
        ]

    def shown(self) -> dict[str, Any]:
        given = {one.kind: one for one in self.context.draft.assessments.assessments}
        found: dict[str, Any] = {}
        for number, kind in enumerate(self.kinds):
            one = given.get(kind)
            if one is not None:
                found |= {
                    f"a{number}_reference": one.reference,
                    f"a{number}_version": one.version,
                    f"a{number}_sha256": one.sha256,
                    **typed_day(f"a{number}_dated", one.dated),
                }
        return found

    def clean(self) -> None:
        self.found: list[Assessment] = []
        for number, kind in enumerate(self.kinds):
            one = Assessment(
                kind=kind,
                reference=self.cleaned_data.get(f"a{number}_reference", ""),
                version=self.cleaned_data.get(f"a{number}_version", ""),
                dated=read_day(
                    self, f"a{number}_dated", f"The date of the {kind.lower()}", self.cleaned_data
                ),
                sha256=self._hash(number),
            )
            if one != Assessment(kind=kind):
                self.found.append(one)

    def _hash(self, number: int) -> str:
        file = self.cleaned_data.get(f"a{number}_file")
        if f"a{number}_file" in self.too_large:
            self.add_error(f"a{number}_file", f"The file is larger than {LARGEST_MB} MB")
        if isinstance(file, Hashed):
            return file.sha256
        text = str(self.cleaned_data.get(f"a{number}_sha256", "")).replace(" ", "").lower()
        if text and not _SHA256.fullmatch(text):
            self.add_error(
                f"a{number}_sha256", "Enter the SHA-256 as 64 characters, 0 to 9 and a to f"
            )
            return ""
        return text

    def read(self) -> tasks.Assessments:
        return tasks.Assessments(assessments=tuple(self.found))
