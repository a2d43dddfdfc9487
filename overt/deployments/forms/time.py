"""Set-up, start, end and take-down, each a day and a time in London."""

from typing import Any

from django import forms

from overt.deployments.application import tasks, words

from .fields import Words
from .moments import PARTS, moment_fields, read_moment, typed
from .task_form import TaskForm

MOMENTS = {
    "setup_at": "Set-up from",
    "starts_at": "Start",
    "ends_at": "End",
    "takedown_at": "Taken down by",
}


class TimeForm(TaskForm):
    long_reason = Words("Why it lasts longer than usual", rows=3)

    def prepare(self) -> None:
        moments = {
            f"{name}_{part}": field
            for name, label in MOMENTS.items()
            for part, field in moment_fields(label).items()
        }
        self.fields = {**moments, **self.fields}
        longest = words.duration(self.context.profile.sessions.explain_above_minutes.value)
        self.fields["long_reason"].help_text = f"Only above {longest} from start to end."

    def shown(self) -> dict[str, Any]:
        time = self.context.draft.time
        found: dict[str, Any] = {"long_reason": time.long_reason}
        for name in MOMENTS:
            found |= typed(name, getattr(time, name))
        return found

    def clean(self) -> None:
        self.moments = {
            name: read_moment(self, name, label, self.cleaned_data)
            for name, label in MOMENTS.items()
        }

    def moment(self, name: str) -> dict[str, Any]:
        """The bound fields of one moment for its part of the page.

        `asks_which` where the time comes twice, as far as can be seen.
        """
        fields: dict[str, forms.BoundField] = {part: self[f"{name}_{part}"] for part in PARTS}
        return {
            "name": name,
            "label": MOMENTS[name],
            "fields": fields,
            "parts": [fields[part] for part in ("day", "month", "year", "time")],
            "errors": [message for part in PARTS for message in fields[part].errors],
            "asks_which": bool(fields["which"].errors or fields["which"].value()),
        }

    @property
    def all_moments(self) -> list[dict[str, Any]]:
        """Every moment, in the order of the day."""
        return [self.moment(name) for name in MOMENTS]

    def read(self) -> tasks.Time:
        return tasks.Time(**self.moments, long_reason=self.cleaned_data["long_reason"])
