"""What the public may ask the register for."""

from collections.abc import Sequence
from typing import Any

from django import forms

from .selectors.notices import GROUPS


class FilterForm(forms.Form):
    """A value that is no choice is an error, and then nothing is left out."""

    words = forms.CharField(
        label="Search",
        help_text="A place, a word of a notice, or a reference",
        max_length=100,
        required=False,
    )
    when = forms.ChoiceField(
        required=False, choices=[("", ""), *GROUPS.items()], widget=forms.HiddenInput
    )

    def __init__(self, data: Any, *, boroughs: Sequence[str], years: Sequence[int]) -> None:
        super().__init__(data)
        self.fields["borough"] = forms.ChoiceField(
            label="Borough",
            required=False,
            choices=[("", "Every borough"), *((name, name) for name in boroughs)],
        )
        self.fields["year"] = forms.TypedChoiceField(
            label="Year",
            required=False,
            choices=[("", "Every year"), *((str(year), str(year)) for year in years)],
            coerce=int,
            empty_value=None,
        )
