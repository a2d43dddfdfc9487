"""What an analyst chooses for a new analysis."""

from collections.abc import Mapping
from typing import Any

from django import forms

from overt.hotspots.analysis.window import MOST_MONTHS
from overt.hotspots.crimes.categories import CATEGORIES
from overt.hotspots.crimes.coverage import months_between
from overt.hotspots.models import Area
from overt.hotspots.models.areas import AreaKind
from overt.hotspots.outputs.summary import force_name
from overt.hotspots.selectors import areas
from overt.hotspots.selectors.imports import ForceSummary
from overt.hotspots.services.analyses import Request
from overt.policy import profiles
from overt.policy.profiles import Profile, ProfileError


class AnalysisForm(forms.Form):
    """`cleaned_data` holds an Area, a Profile, and the parameters as the service takes them."""

    area = forms.ChoiceField(
        label="Area",
        error_messages={"required": "Choose the area", "invalid_choice": "Choose a listed area"},
    )
    forces = forms.MultipleChoiceField(
        label="Forces whose crimes count",
        help_text=(
            "Leave all unticked for the area's own force. A month counts only where every ticked "
            "force has a file for it."
        ),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    until = forms.ChoiceField(
        label="Last month",
        help_text="The window ends with this month.",
        required=False,
    )
    months = forms.IntegerField(
        label="Months",
        min_value=1,
        max_value=MOST_MONTHS,
        error_messages={
            "required": "Enter how many months to look back",
            "invalid": "Enter the months as a whole number",
            "min_value": "Enter at least 1 month",
            "max_value": f"Enter at most {MOST_MONTHS} months",
        },
    )
    categories = forms.MultipleChoiceField(
        label="Offences",
        help_text="All, unless the reason for the analysis is a certain kind of crime.",
        choices=[(name, name) for name in CATEGORIES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one offence"},
    )
    profile = forms.ChoiceField(
        label="Policy profile",
        help_text="The rules the analysis is held to. It is kept with the analysis.",
        error_messages={"required": "Choose the policy profile"},
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, forces: list[ForceSummary]
    ) -> None:
        active = profiles.load()
        self.has_data = bool(forces)
        self.areas = {str(area.pk): area for area in areas.current_areas(AreaKind.BOROUGH)}
        initial = {
            "months": active.hotspots.months.value,
            "categories": list(CATEGORIES),
            "profile": active.name,
        }
        super().__init__(data, initial=initial)
        self.fields["area"].choices = [  # type: ignore[attr-defined]
            ("", "Choose an area"),
            *((pk, area.name) for pk, area in self.areas.items()),
        ]
        self.fields["forces"].choices = [  # type: ignore[attr-defined]
            (force.force, f"{force_name(force.force)} ({force.first} to {force.last})")
            for force in forces
        ]
        months: tuple[str, ...] = ()
        if forces:
            months = months_between(
                min(force.first for force in forces), max(force.last for force in forces)
            )
        self.fields["until"].choices = [  # type: ignore[attr-defined]
            ("", "The latest there is"),
            *((month, month) for month in reversed(months)),
        ]
        self.fields["months"].help_text = (
            f"The policy in use asks for {active.hotspots.months.value}. A shorter window is said "
            "in the result."
        )
        self.fields["profile"].choices = [  # type: ignore[attr-defined]
            (name, name) for name in profiles.available()
        ]

    def clean_area(self) -> Area:
        return self.areas[self.cleaned_data["area"]]

    def clean_profile(self) -> Profile:
        try:
            return profiles.load(self.cleaned_data["profile"])
        except ProfileError as error:
            raise forms.ValidationError(f"This profile cannot be used: {error}") from error

    def wanted(self) -> Request:
        """What the analysis service takes, once the form is valid.

        All offences ticked means those the files hold: few forces have all of them.
        """
        chosen = self.cleaned_data["categories"]
        return Request(
            forces=tuple(sorted(self.cleaned_data["forces"])),
            categories=() if len(chosen) == len(CATEGORIES) else tuple(chosen),
            until=self.cleaned_data["until"],
            months=self.cleaned_data["months"],
        )
