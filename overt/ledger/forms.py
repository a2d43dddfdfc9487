"""Forms of the ledger's pages."""

from django import forms

from . import selectors


def _verbs() -> list[tuple[str, str]]:
    return [("", "Anything"), *selectors.verbs_used()]


class FilterForm(forms.Form):
    """Which entries to list. An empty field chooses all."""

    verb = forms.ChoiceField(
        label="What happened",
        required=False,
        choices=_verbs,
        error_messages={"invalid_choice": "Choose what happened from the list."},
    )
    subject = forms.CharField(
        label="Subject",
        required=False,
        max_length=200,
        help_text="One thing, such as import:17, or everything of its kind, such as import:",
    )
