"""What is chosen for the borough comparison, and the claim that is to be checked."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from overt.hotspots.comparison import words
from overt.hotspots.comparison.claim_text import EXAMPLE
from overt.hotspots.comparison.counts import Counts
from overt.hotspots.comparison.rates import Period, Places

# A comparison over more months than this says little about any of them.
MOST_MONTHS = 36


class ComparisonForm(forms.Form):
    """Unbound fields fall back on the latest twelve months of all crime."""

    region = forms.ChoiceField(label="Region")
    source = forms.ChoiceField(label="Figures of")
    category = forms.ChoiceField(label="Offence", required=False)
    first = forms.ChoiceField(label="From")
    last = forms.ChoiceField(label="To")
    area = forms.ChoiceField(label="Borough to mark", required=False)
    claim = forms.CharField(
        label="A claim to check",
        help_text=f"For example: {EXAMPLE}. Without a name it is about the borough marked above.",
        required=False,
        max_length=200,
    )

    def __init__(
        self, data: Mapping[str, Any], *, places: Sequence[Places], sources: Sequence[Counts]
    ) -> None:
        self.places = {place.region: place for place in places}
        self.sources = {counts.source: counts for counts in sources}
        source = self.sources.get(data.get("source", ""), sources[0])
        place = self.places.get(data.get("region", ""), places[0])
        months = source.months
        given = {key: value for key, value in data.items() if value}
        defaults = {
            "region": place.region,
            "source": source.source,
            "first": months[max(0, len(months) - 12)],
            "last": months[-1],
        }
        super().__init__({**defaults, **given})
        self._choose("region", [(name, name) for name in self.places])
        self._choose("source", [(name, name) for name in self.sources])
        self._choose("category", [("", "All crime"), *((c, c) for c in source.categories)])
        for end in ("first", "last"):
            self._choose(end, [(month, words.month(month)) for month in reversed(months)])
        self._choose("area", [("", "None"), *((name, name) for name in place.boroughs)])

    def _choose(self, field: str, choices: list[tuple[str, str]]) -> None:
        self.fields[field].choices = choices  # type: ignore[attr-defined]
        self.fields[field].error_messages["invalid_choice"] = (
            f"{self.fields[field].label}: choose one that is listed"
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "first" in cleaned and "last" in cleaned:
            period = Period(cleaned["first"], cleaned["last"])
            if period.first > period.last:
                self.add_error("last", "The last month must not be before the first")
            elif len(period.months) > MOST_MONTHS:
                self.add_error("first", f"Choose at most {MOST_MONTHS} months")
            else:
                cleaned["period"] = period
        return cleaned
