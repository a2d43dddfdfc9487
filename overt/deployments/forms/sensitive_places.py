"""Sensitive places round the zone: searched, and each with what is done about it."""

from typing import Any

from overt.deployments.application import tasks
from overt.deployments.selectors.places import has_shape, sensitive_places

from .fields import Words
from .task_form import TaskForm


class SensitivePlacesForm(TaskForm):
    """One text per place of the last search, named after the place's number."""

    def prepare(self) -> None:
        self.found = self.context.draft.sensitive_places.places
        for one in self.found:
            self.fields[f"place_{one.place.id}"] = Words(
                f"{one.place.name} ({one.kind}, {one.distance_m:,} m away)",
                "What is done so that the deployment does not touch it more than it must.",
                rows=2,
            )

    def shown(self) -> dict[str, Any]:
        places = self.context.draft.sensitive_places.places
        return {f"place_{one.place.id}": one.mitigation for one in places}

    @property
    def searched(self) -> bool:
        """Whether there was a search."""
        return self.context.draft.sensitive_places.distance_m is not None

    @property
    def is_stale(self) -> bool:
        """Whether the search was around another zone, or another distance."""
        last = self.context.draft.sensitive_places
        zone = self.context.draft.place.zone
        return self.searched and (last.zone != zone or last.distance_m != self.within)

    @property
    def within(self) -> int:
        """In metres."""
        return self.context.profile.place.sensitive_distance_m.value

    @property
    def kinds(self) -> str:
        """What is looked for."""
        kinds = [kind.lower() for kind in self.context.profile.place.sensitive_kinds.value]
        return f"{', '.join(kinds[:-1])} and {kinds[-1]}" if len(kinds) > 1 else kinds[0]

    @property
    def mitigations(self) -> list[Any]:
        """The fields, for the page."""
        return [self[name] for name in self.fields]

    def read(self) -> tasks.SensitivePlaces:
        searched = self.context.draft.sensitive_places
        return searched.model_copy(
            update={
                "places": tuple(
                    one.model_copy(
                        update={"mitigation": self.cleaned_data[f"place_{one.place.id}"]}
                    )
                    for one in self.found
                )
            }
        )

    def asked(self, do: str) -> tasks.SensitivePlaces | None:
        """With "search": the places round the zone as it is, keeping what was said of each."""
        zone = self.context.draft.place.zone
        if do != "search" or not has_shape(zone) or not self.is_valid():
            return None
        said = {one.place.id: one.mitigation for one in self.read().places}
        return tasks.SensitivePlaces(
            zone=zone,
            distance_m=self.within,
            places=tuple(
                one.model_copy(update={"mitigation": said.get(one.place.id, "")})
                for one in sensitive_places(zone, self.context.profile)
            ),
        )
