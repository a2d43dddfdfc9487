"""How the verbs of accounts write their entries."""

from collections.abc import Mapping
from datetime import datetime

from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.ledger import services as ledger
from overt.ledger.verbs import Verb


def append(
    verb: Verb,
    user: User,
    *,
    actor: Actor,
    now: datetime,
    more: Mapping[str, object] | None = None,
) -> None:
    """One entry about `user`, whose name the payload begins with."""
    ledger.append(
        actor=actor.label,
        verb=verb.name,
        subject=f"account:{user.username}",
        payload={"username": user.username, **(more or {})},
        now=now,
    )
