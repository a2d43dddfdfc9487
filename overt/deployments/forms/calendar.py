"""What of the calendar is wanted."""

from collections.abc import Sequence

from django import forms

from overt.deployments import states
from overt.deployments.application.tasks import Named
from overt.deployments.selectors.calendar import EVERYTHING, TAKING_PLACE, Filters


class CalendarForm(forms.Form):
    """Shown in the page, and never judged: `Filters` reads the address."""

    borough = forms.ChoiceField(label="Borough", required=False)
    system = forms.ChoiceField(label="System", required=False)
    team = forms.ChoiceField(label="Team", required=False)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            (TAKING_PLACE, "To take place, or done"),
            (EVERYTHING, "All, cancelled too"),
            *states.LABELS.items(),
        ],
    )

    def __init__(
        self,
        shown: Filters,
        *,
        boroughs: Sequence[Named],
        systems: Sequence[Named],
        teams: Sequence[Named],
    ) -> None:
        super().__init__(initial=vars(shown))
        for name, rows in (("borough", boroughs), ("system", systems), ("team", teams)):
            self.fields[name].choices = [  # type: ignore[attr-defined]
                ("", f"Any {name}"),
                *((str(row.id), row.name) for row in rows),
            ]
