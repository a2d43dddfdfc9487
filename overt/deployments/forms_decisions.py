"""What legal advisers, authorising officers and those who make ready answer on their pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from overt.deployments.forms.fields import without_control_characters
from overt.deployments.forms.moments import moment_fields, read_moment, typed_day

REASON_LIMIT = 2000
GIVEN, REFUSED = "given", "refused"
CRITERIA, UNCONFIRMED = "criteria", "unconfirmed"


class Said(forms.CharField):
    """Paragraphs that are kept with a decision and in the ledger."""

    default_validators = [without_control_characters]

    def __init__(self, label: str, hint: str, *, missing: str = "", rows: int = 5) -> None:
        super().__init__(
            label=label,
            help_text=hint,
            required=bool(missing),
            max_length=REASON_LIMIT,
            widget=forms.Textarea(attrs={"rows": rows}),
            error_messages={
                "required": missing,
                "max_length": f"{label}: use at most {REASON_LIMIT:,} characters",
            },
        )

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class DecisionForm(forms.Form):
    """What `refusals` of a service call a field, in the words of this form: see `name_of`.

    `acknowledgements`: name and sentence of what has to be ticked.
    """

    use_required_attribute = False
    acknowledgements: Mapping[str, str] = {}

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))

    def name_of(self, field: str) -> str | None:
        """The field of this form that a service calls `field`."""
        return field if field in self.fields else None

    @property
    def acknowledged_sentences(self) -> list[str]:
        """What was ticked, as it read."""
        ticked = self.cleaned_data.get("acknowledged", [])
        return [words for name, words in self.acknowledgements.items() if name in ticked]


class ReviewForm(DecisionForm):
    outcome = forms.ChoiceField(
        label="Do you support this version?",
        choices=(
            (GIVEN, "I support it"),
            (REFUSED, "I do not support it, which refuses it"),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you support it"},
    )
    reason = Said(
        "Reason",
        "Kept with the version, and in the ledger. Name nobody who may be on a watchlist.",
        missing="Give the reason",
    )
    conditions = Said(
        "Conditions", "What has to be kept to. Leave empty when there is none.", rows=3
    )


class AuthoriseForm(DecisionForm):
    outcome = forms.ChoiceField(
        label="Your decision",
        choices=((GIVEN, "I authorise this version"), (REFUSED, "I refuse it")),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you authorise it"},
    )
    acknowledged = forms.MultipleChoiceField(
        label="Before you authorise",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = Said(
        "Reason",
        "Why the deployment is, or is not, necessary and proportionate. Kept with the version, "
        "and in the ledger. Name nobody who may be on a watchlist.",
        missing="Give the reason",
    )
    conditions = Said(
        "Conditions", "What has to be kept to. Leave empty when there is none.", rows=3
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        acknowledgements: Mapping[str, str],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.acknowledgements = acknowledgements
        self.fields["acknowledged"].choices = list(  # type: ignore[attr-defined]
            acknowledgements.items()
        )
        if not acknowledgements:
            del self.fields["acknowledged"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ticked = cleaned.get("acknowledged", [])
        if cleaned.get("outcome") == GIVEN and set(ticked) != set(self.acknowledgements):
            self.add_error("acknowledged", "To authorise, tick what you have read and approve")
        return cleaned


class OralForm(DecisionForm):
    """`cleaned_data["given_at"]` is the moment, in UTC."""

    reason = Said(
        "Why it was urgent",
        "Why a written authority could not be waited for. Kept with the version and in the ledger.",
        missing="Give the reason",
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, initial: Mapping[str, Any] | None = None
    ) -> None:
        # The day alone: a time that is suggested would be taken for the one that was given.
        today = typed_day("given", timezone.localdate().isoformat())
        super().__init__(data, initial={**today, **(initial or {})})
        self.fields = {
            **{f"given_{part}": field for part, field in moment_fields("Time given").items()},
            **self.fields,
        }

    def name_of(self, field: str) -> str | None:
        return "given_time" if field == "given_at" else super().name_of(field)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given_at: datetime | None = read_moment(self, "given", "The time it was given", cleaned)
        if given_at is None and not any(name.startswith("given_") for name in self.errors):
            self.add_error("given_day", "Enter when it was given")
        return {**cleaned, "given_at": given_at}


class WithdrawForm(DecisionForm):
    reason = Said(
        "Reason", "Kept with the authority, and in the ledger.", missing="Give the reason"
    )


class ReadyForm(DecisionForm):
    """Nothing to fill in: what counts is what the page shows."""
