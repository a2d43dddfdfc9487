"""System, team and people, chosen from what there is."""

from typing import Any

from overt.accounts import roles
from overt.deployments.application import tasks
from overt.deployments.application.tasks import Named
from overt.deployments.selectors.lists import people, systems, teams

from .fields import Line, choice, choices
from .task_form import TaskForm

COMMANDERS = ("gold", "silver", "bronze")
ONE = ("system", "team", *COMMANDERS)
SEVERAL = ("operators", "engagement")


class ResourcesForm(TaskForm):
    system = choice("System", "The force's own accredited system, as Overt knows it.")
    team = choice("Team")
    vehicle = Line("Vehicle", "As: marked van, call sign.")
    gold = choice("Gold commander", "Sets the strategy.")
    silver = choice("Silver commander", "Holds the plan.")
    bronze = choice("Bronze commander", "Leads on the ground.")
    operators = choices("Operators", "Accounts that hold the role of operator.")
    engagement = choices("Engagement officers", "Speak with people on the street.")

    def prepare(self) -> None:
        everyone = people()
        operating = people(role=roles.OPERATOR)
        self.listed: dict[str, dict[str, Named]] = {
            "system": _by_pk(systems()),
            "team": _by_pk(teams()),
            **{name: _by_pk(everyone) for name in (*COMMANDERS, "engagement")},
            "operators": _by_pk(operating),
        }
        for name, listed in self.listed.items():
            options = [(pk, one.name) for pk, one in listed.items()]
            none = [] if name in SEVERAL else [("", "Nobody yet" if name in COMMANDERS else "None")]
            self.fields[name].choices = [*none, *options]  # type: ignore[attr-defined]

    @property
    def no_longer_listed(self) -> list[str]:
        """Who and what the draft names that cannot be chosen any more."""
        resources = self.context.draft.resources
        chosen = [(name, one) for name in ONE if (one := getattr(resources, name))]
        chosen += [(name, one) for name in SEVERAL for one in getattr(resources, name)]
        return [one.name for name, one in chosen if str(one.id) not in self.listed[name]]

    def shown(self) -> dict[str, Any]:
        resources = self.context.draft.resources
        found: dict[str, Any] = {"vehicle": resources.vehicle}
        for name in ONE:
            one = getattr(resources, name)
            found[name] = str(one.id) if one else ""
        for name in SEVERAL:
            found[name] = [str(one.id) for one in getattr(resources, name)]
        return found

    def read(self) -> tasks.Resources:
        chosen: dict[str, Any] = {name: self._one(name, self.cleaned_data[name]) for name in ONE}
        for name in SEVERAL:
            chosen[name] = tuple(self._one(name, pk) for pk in self.cleaned_data[name])
        return tasks.Resources(vehicle=self.cleaned_data["vehicle"], **chosen)

    def _one(self, name: str, pk: str) -> Named | None:
        """With the name it had when it was chosen, as long as it is not chosen anew."""
        before = getattr(self.context.draft.resources, name)
        were = before if isinstance(before, tuple) else (before,)
        kept = next((one for one in were if one and str(one.id) == pk), None)
        return kept or self.listed[name].get(pk)


def _by_pk(rows: list[Named]) -> dict[str, Named]:
    return {str(row.id): row for row in rows}
