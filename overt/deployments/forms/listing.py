"""What of the list of deployments is wanted."""

from collections.abc import Mapping, Sequence

from django import forms

from overt.deployments import states
from overt.deployments.application.tasks import Named
from overt.deployments.selectors.lists import SORTS


class FilterForm(forms.Form):
    """Shown in the page, and never judged: `lists.Filter` reads the address."""

    text = forms.CharField(label="Reference or title", required=False)
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Any state"), *states.LABELS.items()]
    )
    borough = forms.ChoiceField(label="Borough", required=False)
    use_case = forms.ChoiceField(label="Use case", required=False)
    sort = forms.ChoiceField(label="Order", required=False, choices=list(SORTS.items()))

    def __init__(
        self,
        shown: Mapping[str, str],
        *,
        boroughs: Sequence[Named],
        use_cases: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(initial=dict(shown))
        self.fields["borough"].choices = [  # type: ignore[attr-defined]
            ("", "Any borough"),
            *((str(one.id), one.name) for one in boroughs),
        ]
        self.fields["use_case"].choices = [  # type: ignore[attr-defined]
            ("", "Any use case"),
            *use_cases,
        ]
