"""Calendar feeds: make one, take it back.

The secret is 32 bytes from the operating system. Nobody guesses that, so its plain sha256 is
enough to keep: slow hashing is for words that people choose.
"""

import hashlib
import secrets
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments import rules, verbs
from overt.deployments.models import CalendarFeed
from overt.ledger import services as ledger

from .moving import person

TOKEN_BYTES = 32


def sha256_of(token: str) -> str:
    """What is kept of the secret."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make(*, actor: Actor, now: datetime) -> str:
    """A feed for whoever acts, in place of the one they had. The secret, which is told only here.

    Raises NotAllowed.
    """
    require(rules.may_have_feed(actor))
    _lock(actor)
    _revoke(actor, now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = CalendarFeed.objects.create(
        person_id=person(actor), token_sha256=sha256_of(token), made_at=now
    )
    _record(verbs.FEED_MADE.name, feed, actor, now)
    return token


@transaction.atomic
def revoke(*, actor: Actor, now: datetime) -> bool:
    """The feed of whoever acts works no more; whether there was one. Raises NotAllowed."""
    require(rules.may_have_feed(actor))
    _lock(actor)
    return _revoke(actor, now)


def _lock(actor: Actor) -> None:
    """Two answers of one person at once wait for each other."""
    get_user_model().objects.select_for_update().get(pk=person(actor))


def _revoke(actor: Actor, now: datetime) -> bool:
    found = CalendarFeed.objects.filter(person_id=person(actor), revoked_at__isnull=True).first()
    if found is None:
        return False
    found.revoked_at = now
    found.save(update_fields=["revoked_at"])
    _record(verbs.FEED_REVOKED.name, found, actor, now)
    return True


def _record(verb: str, feed: CalendarFeed, actor: Actor, now: datetime) -> None:
    ledger.append(
        actor=actor.label,
        verb=verb,
        subject=f"calendar_feed:{feed.pk}",
        payload={"feed": feed.pk},
        now=now,
    )
