"""Takes in what is on the watchlist: counts and a digest; never who."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments.selectors.frozen import frozen
from overt.recognition import contract, rules, states, verbs
from overt.recognition.errors import BatchRefused
from overt.recognition.models import Manifest

from .moving import locked, record


@dataclass(frozen=True)
class Taken:
    manifest: Manifest
    duplicate: bool


@transaction.atomic
def take(
    *, session_id: UUID, manifest: contract.Manifest, body: bytes, actor: Actor, now: datetime
) -> Taken:
    """The watchlist that the system will run, before the session is live. The same bytes again
    change nothing. Raises NotAllowed, BatchRefused, ContractRefused for a category that nobody
    authorised, or Session.DoesNotExist."""
    session, _ = locked(session_id)
    require(rules.is_the_system(actor, system_id=session.system_id))
    digest = hashlib.sha256(body).hexdigest()
    last = Manifest.objects.filter(session=session).order_by("-number").first()
    if last is not None and last.number == manifest.number and last.body_sha256 == digest:
        return Taken(last, duplicate=True)
    if last is not None and manifest.number <= last.number:
        raise BatchRefused("number-reused", "A manifest with this number was taken before.")
    if session.ever_live or session.state not in states.WORKED:
        raise BatchRefused(
            "manifest-too-late", "The watchlist is fixed from the moment that a session is live."
        )
    watchlist = frozen(session.version).draft.watchlist
    categories = contract.composition(
        manifest, authorised=[category.name for category in watchlist.categories]
    )
    made = Manifest.objects.create(
        session=session,
        number=manifest.number,
        digest=manifest.digest,
        built_at=manifest.built_at,
        total=manifest.total,
        under_18=manifest.under_18,
        categories=categories,
        body_sha256=digest,
        received_at=now,
    )
    payload = {
        "number": made.number,
        "digest": made.digest,
        "built_at": made.built_at,
        "total": made.total,
        "under_18": made.under_18,
    }
    record(session, verbs.MANIFEST, payload, actor=actor, now=now)
    return Taken(made, duplicate=False)
