"""Systems and teams: what the calendar can book or send. They are added on the server."""

from datetime import datetime

from django.db import transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments import rules, verbs
from overt.deployments.errors import FieldRefused
from overt.deployments.models import System, Team
from overt.ledger import services as ledger

NAME_LIMIT = 80
DESCRIPTION_LIMIT = 200


@transaction.atomic
def add_system(*, name: str, description: str, actor: Actor, now: datetime) -> System:
    """A system of the force, by name. Raises NotAllowed or FieldRefused."""
    require(rules.may_add_equipment(actor))
    shown, said = _name(name), " ".join(description.split())
    if len(said) > DESCRIPTION_LIMIT:
        raise FieldRefused(
            "description", f"A description has at most {DESCRIPTION_LIMIT} characters."
        )
    if System.objects.filter(name__iexact=shown).exists():
        raise FieldRefused("name", f"There is a system called {shown} already.")
    system = System.objects.create(name=shown, description=said)
    ledger.append(
        actor=actor.label,
        verb=verbs.SYSTEM_ADDED.name,
        subject=f"system:{system.pk}",
        payload={"name": shown, "description": said},
        now=now,
    )
    return system


@transaction.atomic
def add_team(*, name: str, actor: Actor, now: datetime) -> Team:
    """A team, by name. Raises NotAllowed or FieldRefused."""
    require(rules.may_add_equipment(actor))
    shown = _name(name)
    if Team.objects.filter(name__iexact=shown).exists():
        raise FieldRefused("name", f"There is a team called {shown} already.")
    team = Team.objects.create(name=shown)
    ledger.append(
        actor=actor.label,
        verb=verbs.TEAM_ADDED.name,
        subject=f"team:{team.pk}",
        payload={"name": shown},
        now=now,
    )
    return team


def _name(given: str) -> str:
    shown = " ".join(given.split())
    if not shown or not shown.isprintable():
        raise FieldRefused("name", "Give a name in printable characters.")
    if len(shown) > NAME_LIMIT:
        raise FieldRefused("name", f"A name has at most {NAME_LIMIT} characters.")
    return shown
