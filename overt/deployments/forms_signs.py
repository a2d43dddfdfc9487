"""What an officer answers on the page of a sign."""

from typing import Any

from django import forms

from overt.deployments.models import CheckKind
from overt.deployments.services.signs import MOST_NOTE
from overt.deployments.signs import location
from overt.deployments.signs.location import LocationRefused

LOCATION = ("latitude", "longitude", "accuracy")


class SignCheckForm(forms.Form):
    """The buttons are `kind`. `here` is a Location, or None where the browser gave none.

    The parts of LOCATION are filled in by sign_check.js. They are no fields: they are read as one,
    and never shown again after an answer, as the next press asks the telephone anew.
    """

    kind = forms.ChoiceField(
        choices=CheckKind.choices,
        error_messages={
            "required": "Press one of the buttons",
            "invalid_choice": "Press one of the buttons",
        },
    )
    note = forms.CharField(
        label="Note",
        help_text=(
            "Needed only where your phone gives no location, or where the sign is not at its "
            "planned point: say where it is and why. Nobody's name."
        ),
        required=False,
        max_length=MOST_NOTE,
        error_messages={"max_length": f"Write the note in at most {MOST_NOTE} letters and signs"},
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": MOST_NOTE}),
    )
    key = forms.CharField(max_length=36, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["here"] = None
        try:
            given["here"] = location.read(*(self.data.get(part, "") for part in LOCATION))
        except LocationRefused as refusal:
            # Whoever writes where the sign is, or that it is gone, goes on without one.
            if not given.get("note") and given.get("kind") != CheckKind.MISSING:
                self.add_error("note", f"{refusal} Write where the sign is, then press again.")
        return given
