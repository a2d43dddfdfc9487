"""Watchlist composition: counts and criteria, never a person."""

import re
from typing import Any, ClassVar

from django.utils import timezone

from overt.deployments.application import tasks
from overt.deployments.application.words import LONDON, day

from .fields import Line, Number, Words
from .task_form import RowForm, TaskForm

_DECIMAL = re.compile(r"0?\.[0-9]{1,9}", re.ASCII)


class CategoryRow(RowForm):
    name = Line("Category", "As: wanted on warrant for violence.")
    count = Number("Number of people")

    def clean(self) -> None:
        if self.is_blank:
            return
        if "name" not in self.errors and not self.cleaned_data.get("name"):
            self.add_error("name", "Name the category")
        if "count" not in self.errors and self.cleaned_data.get("count") is None:
            self.add_error("count", "Enter the number of people in the category")


class WatchlistForm(TaskForm):
    criteria = Words("Criteria for being on the watchlist")
    under_18 = Number("Number of people under 18", "0 when none.")
    under_18_reason = Words("Why people under 18 are on it", "Only when there are any.", rows=3)
    image_source = Words("Lawful source of the images", "From where, and by what power held.", 3)
    review = Words("How the watchlist is reviewed before the deployment", rows=3)
    threshold = Line("Threshold of similarity", limit=12)
    row_kinds: ClassVar = {"categories": (CategoryRow, "Categories")}

    def prepare(self) -> None:
        start = self.context.draft.time.starts_at
        on = (start or timezone.now()).astimezone(LONDON).date()
        floor = self.context.profile.threshold.floor_on(on)
        if floor is not None:
            self.fields[
                "threshold"
            ].help_text = f"A decimal, at least {floor.value} on {day(on.isoformat())}."

    def clean_threshold(self) -> str:
        text = str(self.cleaned_data["threshold"])
        if text and not _DECIMAL.fullmatch(text):
            self.add_error("threshold", "Enter the threshold as a decimal below 1, such as 0.64")
        return f"0{text}" if text.startswith(".") else text

    def shown(self) -> dict[str, Any]:
        return self.context.draft.watchlist.stored()

    def present(self, name: str) -> list[dict[str, Any]]:
        return [one.stored() for one in self.context.draft.watchlist.categories]

    def read(self) -> tasks.Watchlist:
        return tasks.Watchlist(
            **self.cleaned_data,
            categories=tuple(tasks.Category(**one) for one in self.rows["categories"].filled()),
        )
