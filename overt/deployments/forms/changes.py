"""The short forms beside the tasks: a title, a reason, a comment."""

from django import forms

from overt.deployments.application.tasks import TASKS

from .fields import Line, Plain

TITLE_LIMIT = 120


class TitleForm(forms.Form):
    title = Line(
        "Title",
        "For people inside the force: what and where. As: Winter market, station square.",
        TITLE_LIMIT,
    )


class ReasonForm(forms.Form):
    """The verb says when there is none."""

    reason = Plain(
        label="Reason",
        hint="It is kept in the ledger.",
        limit=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CommentForm(forms.Form):
    """The verb says when there is no text."""

    task = forms.ChoiceField(
        label="About",
        required=False,
        choices=[("", "The whole application"), *((task.name, task.title) for task in TASKS)],
        error_messages={"invalid_choice": "Choose one of the tasks, or the whole application"},
    )
    text = Plain(
        label="Comment",
        hint="Everyone who can read the application reads it. It cannot be changed later.",
        limit=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
