"""The fields that every task uses: a line, a text, and the form they stand in."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator

LINE_LIMIT = 200
WORDS_LIMIT = 10_000


def without_control_characters(text: str) -> None:
    """Raises ValidationError where `text` holds a character that cannot be shown.

    A line break and a tab are the only control characters that a text may hold.
    """
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t" for char in text):
        raise ValidationError("Remove the characters that cannot be shown")


class Plain(forms.CharField):
    """Text without control characters, its line ends as one character."""

    default_validators = [without_control_characters]

    def __init__(self, *, label: str, limit: int, hint: str = "", **options: Any) -> None:
        super().__init__(
            label=label,
            help_text=hint,
            required=False,
            max_length=limit,
            error_messages={"max_length": f"{label}: use at most {limit:,} characters"},
            **options,
        )
        # NUL is a control character like the others: one sentence for all of them.
        self.validators = [
            validator
            for validator in self.validators
            if not isinstance(validator, ProhibitNullCharactersValidator)
        ]

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class Line(Plain):
    """One line of text."""

    def __init__(self, label: str, hint: str = "", limit: int = LINE_LIMIT) -> None:
        super().__init__(label=label, hint=hint, limit=limit)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if "\n" in value:
            raise ValidationError(f"{self.label}: use one line")


class Words(Plain):
    """Paragraphs of text."""

    def __init__(self, label: str, hint: str = "", rows: int = 4) -> None:
        super().__init__(
            label=label, hint=hint, limit=WORDS_LIMIT, widget=forms.Textarea(attrs={"rows": rows})
        )


class Number(forms.IntegerField):
    """A whole number from 0 to 10,000,000."""

    def __init__(self, label: str, hint: str = "") -> None:
        name = label[0].lower() + label[1:]
        super().__init__(
            label=label,
            help_text=hint,
            required=False,
            min_value=0,
            max_value=10_000_000,
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            error_messages={
                "invalid": f"Enter the {name} as a whole number",
                "min_value": f"Enter the {name} as 0 or more",
                "max_value": f"Enter the {name} as at most 10,000,000",
            },
        )


def choice(label: str, hint: str = "", *, radios: bool = False) -> forms.ChoiceField:
    """One of several; the form gives `choices` when it is made."""
    return forms.ChoiceField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.RadioSelect if radios else forms.Select,
        error_messages={"invalid_choice": f"{label}: choose a listed one"},
    )


def choices(label: str, hint: str = "") -> forms.MultipleChoiceField:
    """Any of several."""
    return forms.MultipleChoiceField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": f"{label}: choose listed ones"},
    )


def as_typed(form: forms.Form, data: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed into the fields of `form`, to be shown again without being judged."""
    return {
        name: field.widget.value_from_datadict(data, {}, form.add_prefix(name))
        for name, field in form.fields.items()
        if not isinstance(field, forms.FileField)
    }
