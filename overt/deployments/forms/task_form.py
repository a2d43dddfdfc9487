"""What the forms of all tasks share: their rows, what was typed, and their errors in one list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from pydantic import ValidationError

from overt.deployments.application.tasks import Draft, TaskData
from overt.policy.document import Profile

from .fields import as_typed

MOST_ROWS = 200


@dataclass(frozen=True)
class Fault:
    """One line of the error summary; `anchor` is the id of the field, "" for none."""

    anchor: str
    message: str


@dataclass(frozen=True)
class Context:
    """What a form is made with: the draft as it stands, the profile it is held to, and when."""

    draft: Draft
    profile: Profile
    now: datetime


class RowForm(forms.Form):
    """One row of several. A row with nothing in it is no row."""

    use_required_attribute = False

    @property
    def is_blank(self) -> bool:
        return not any(
            str(value).strip() for value in as_typed(self, self.data).values() if value is not None
        )

    def title(self) -> str:
        """The row in one word, for the button that removes it."""
        return f"row {int(str(self.prefix).rsplit('-', 1)[1]) + 1}"


class Rows:
    """The rows `name` of a form: those that were sent, or those that are there and a blank one."""

    def __init__(
        self,
        name: str,
        kind: type[RowForm],
        *,
        label: str,
        data: Mapping[str, Any] | None,
        present: Sequence[Mapping[str, Any]],
        change: str = "",
    ) -> None:
        self.name, self.label = name, label
        prefixes = [f"{name}-{number}" for number in range(MOST_ROWS)]
        if data is None:
            shown = [*present, {}] if len(present) < MOST_ROWS else list(present)
            self.forms = [
                kind(prefix=prefix, initial=dict(one))
                for prefix, one in zip(prefixes, shown, strict=False)
            ]
            self.count = len(self.forms)
            return
        self.count = _number(data.get(f"{name}-rows"))
        sent = [kind(data, prefix=prefix) for prefix in prefixes[: self.count]]
        if not change:
            self.forms = sent
            return
        typed = [as_typed(one, data) for one in sent]
        if change == f"add:{name}" and len(typed) < MOST_ROWS:
            typed.append({})
        typed = [one for number, one in enumerate(typed) if change != f"remove:{name}-{number}"]
        self.forms = [
            kind(prefix=prefix, initial=one) for prefix, one in zip(prefixes, typed, strict=False)
        ]
        self.count = len(self.forms)

    def __iter__(self) -> Iterator[RowForm]:
        return iter(self.forms)

    def is_valid(self) -> bool:
        # A list: every row is judged, also after the first that is wrong.
        judged = [form.is_blank or form.is_valid() for form in self.forms]
        return all(judged)

    def filled(self) -> list[dict[str, Any]]:
        """The cleaned data of the rows that hold something."""
        return [form.cleaned_data for form in self.forms if not form.is_blank]


def _number(text: Any) -> int:
    try:
        return max(0, min(int(text), MOST_ROWS))
    except (TypeError, ValueError):
        return 0


class TaskForm(forms.Form):
    """The form of one task. Each says by `shown` and `read` what its fields hold: Django's forms
    have a metaclass of their own, so the two cannot be abstract.

    `row_kinds` maps the name of its rows to their form and their label. `change` is "add:NAME" or
    "remove:NAME-N" where a button asked for another row or one fewer: the form is then shown again
    as it was typed, and not judged.
    """

    use_required_attribute = False
    row_kinds: ClassVar[Mapping[str, tuple[type[RowForm], str]]] = {}

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        context: Context,
        change: str = "",
    ) -> None:
        self.context = context
        initial = self.shown()
        super().__init__(data, files, initial=initial)
        self.prepare()
        self.rows = {
            name: Rows(
                name,
                kind,
                label=label,
                data=data,
                present=self.present(name),
                change=change,
            )
            for name, (kind, label) in self.row_kinds.items()
        }
        if change and data is not None:
            self.initial = as_typed(self, data)
            self.is_bound = False

    def prepare(self) -> None:
        """Give fields their choices and hints."""

    def shown(self) -> dict[str, Any]:
        """What the fields show before anything is typed."""
        raise NotImplementedError

    def present(self, name: str) -> list[dict[str, Any]]:
        """The rows that are there."""
        return []

    def read(self) -> TaskData:
        """What the form says; it is valid."""
        raise NotImplementedError

    def asked(self, do: str) -> TaskData | None:
        """What the button `do` works out, for the buttons that do more than save; else None."""
        return None

    def is_valid(self) -> bool:
        own = super().is_valid()
        judged = [rows.is_valid() for rows in self.rows.values()]
        return all(judged) and own

    def task_data(self) -> TaskData | None:
        """What the form says, None where it is not valid; then `faults` says why."""
        if not self.is_valid():
            return None
        try:
            return self.read()
        except ValidationError as error:
            # The fields hold to the limits of the data; this is what slipped between the two.
            first = error.errors()[0]
            place = " ".join(str(part) for part in first["loc"])
            self.add_error(None, f"{place}: {first['msg']}")
            return None

    @property
    def faults(self) -> list[Fault]:
        """Every error, in the order of the page, each with the field that it leads to."""
        found = [Fault("", str(message)) for message in self.non_field_errors()]
        found += _faults(self)
        for rows in self.rows.values():
            for row in rows:
                if row.is_bound and not row.is_blank:
                    found += _faults(row)
        return found


def _faults(form: forms.Form) -> list[Fault]:
    return [Fault(field.auto_id, str(message)) for field in form for message in field.errors]
