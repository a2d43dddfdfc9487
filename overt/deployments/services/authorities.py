"""The end of authorities."""

from datetime import datetime

from overt.accounts.actors import Actor
from overt.deployments.models import AuthorityEnd, Deployment, Determination, EndKind
from overt.deployments.selectors.authorities import not_ended


def end_authorities(
    deployment: Deployment, *, kind: EndKind, reason: str, actor: Actor, now: datetime
) -> list[Determination]:
    """End every authority of the current version. Part of a verb that writes the ledger entry."""
    if deployment.current_version is None:
        return []
    ended = not_ended(deployment.current_version)
    for authority in ended:
        AuthorityEnd.objects.create(
            authority=authority,
            kind=kind,
            person_id=actor.user_id,
            rank=actor.rank,
            reason=reason,
            at=now,
        )
    return ended
