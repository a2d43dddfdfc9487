"""What people answer on the pages of a session."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from overt.recognition.contract.limits import ALERTS
from overt.recognition.models import AlertOutcome, Judgement
from overt.recognition.services.accounting import WORDS_LIMIT
from overt.recognition.services.outcomes import REASON_LIMIT
from overt.recognition.services.stopping import REASON_LIMIT as STOP_REASON_LIMIT

LONDON = ZoneInfo("Europe/London")


class ClockField(forms.TimeField):
    """A time of the day in London, to the minute or the second, typed with the keys of a
    telephone."""

    def __init__(self, *, label: str, hint: str, missing: str = "") -> None:
        super().__init__(
            label=label,
            help_text=hint,
            required=bool(missing),
            # The keys that a telephone offers for figures have no colon.
            input_formats=["%H:%M", "%H:%M:%S", "%H.%M", "%H.%M.%S", "%H%M", "%H%M%S"],
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={
                "required": missing,
                "invalid": f"{label}: write the time like 16:05 or 16:05:30",
            },
        )


def at_or_after(clock: time, since: datetime) -> datetime:
    """The first moment, from the minute of `since` on, at which clocks in London show `clock`: past
    midnight it is of the next day. One within that minute is `since` itself."""
    first = since.astimezone(LONDON).date()
    shown = sorted(
        datetime.combine(day, clock, LONDON).replace(fold=fold).astimezone(UTC)
        for day in (first, first + timedelta(days=1))
        for fold in (0, 1)
    )
    begins = since.replace(second=0, microsecond=0)
    return max(next(moment for moment in shown if moment >= begins), since)


class StopForm(forms.Form):
    use_required_attribute = False

    reason = forms.CharField(
        label="Why it is stopped",
        help_text="For the record. Nobody's name.",
        max_length=STOP_REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Give the reason"},
    )


class ConfirmForm(StopForm):
    """`stopped_at` is a time of the day on which the session began, in London."""

    stopped_at = ClockField(
        label="When the system stopped",
        hint="By the clock in London, as 16:05 or 16:05:30.",
        missing="Give the time at which the system stopped",
    )
    field_order = ("stopped_at", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "How you know that it stopped"

    def moment(self, live_since: datetime) -> datetime:
        """When that was, in the session that began at `live_since`."""
        return at_or_after(self.cleaned_data["stopped_at"], live_since)


class OutcomeForm(forms.Form):
    """`seen` is the last report that the page showed."""

    use_required_attribute = False

    decision = forms.ChoiceField(
        label="Was the alert right?",
        choices=Judgement.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the alert was right"},
    )
    engaged = forms.TypedChoiceField(
        label="Did officers speak to the person?",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether officers spoke to the person"},
    )
    outcome = forms.ChoiceField(
        label="What came of it?",
        choices=AlertOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what came of it"},
    )
    reason = forms.CharField(
        label="Why it is corrected",
        help_text="Needed only where an outcome was recorded before. Nobody's name.",
        required=False,
        max_length=REASON_LIMIT,
    )
    decided = ClockField(
        label="When that was decided",
        hint="By the clock in London, as 16:05. Leave it empty for the time that is known, or now.",
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    field_order = ("decision", "decided", "engaged", "outcome", "reason", "seen")

    def decided_at(self, alert_at: datetime) -> datetime | None:
        """When it was decided about an alert at `alert_at`, where that was given."""
        given = self.cleaned_data["decided"]
        return at_or_after(given, alert_at) if given else None


class ExplainForm(forms.Form):
    """`sha256` is of the discrepancy as the page showed it."""

    words = forms.CharField(
        label="How it came about",
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Explain how it came about"},
    )
    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)


class SeedForm(forms.Form):
    """What a seeded test came to."""

    use_required_attribute = False

    passes = forms.IntegerField(
        label="Known passes",
        help_text="How often somebody who took part, and was on the list, walked past a camera.",
        min_value=1,
        max_value=ALERTS,
        error_messages={"required": "Say how often somebody who took part walked past"},
    )
    correct_alerts = forms.IntegerField(
        label="Correct alerts",
        help_text="On how many of these passes the system alerted to that person.",
        min_value=0,
        max_value=ALERTS,
        error_messages={"required": "Say on how many passes the system alerted"},
    )
    words = forms.CharField(
        label="How the test was made",
        help_text="It stays inside the force. Nobody's name.",
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say how the test was made"},
    )


class PublishForm(forms.Form):
    """`seen_digest` is of the record as the page showed it."""

    seen_digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why the record is corrected",
        help_text="It is published with the correction. Nobody's name.",
        required=False,
        max_length=STOP_REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
