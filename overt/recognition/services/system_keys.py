"""Keys with which systems sign: added and revoked on the server."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments.models import System
from overt.ledger import services as ledger
from overt.recognition import rules, verbs
from overt.recognition.errors import KeyRefused
from overt.recognition.models import SystemKey


@transaction.atomic
def add(
    *,
    system: System,
    public: str,
    valid_from: datetime,
    valid_until: datetime,
    actor: Actor,
    now: datetime,
) -> SystemKey:
    """Take the public key (base64url of its 32 bytes, as `overt-permit key generate` prints it).

    Raises NotAllowed or KeyRefused.
    """
    require(rules.may_manage_keys(actor))
    kid = thumbprint(public)
    if valid_until <= max(valid_from, now):
        raise KeyRefused("The key would end before it begins, or has ended already.")
    if SystemKey.objects.filter(kid=kid).exists():
        raise KeyRefused(f"The key {kid} is known already; a revoked key is not taken again.")
    key = SystemKey.objects.create(
        system=system,
        kid=kid,
        public=public,
        valid_from=valid_from,
        valid_until=valid_until,
        added_at=now,
    )
    payload = {
        "system": system.name,
        "kid": kid,
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    _record(system, verbs.SYSTEM_KEY_ADDED.name, payload, actor, now)
    return key


@transaction.atomic
def revoke(*, kid: str, reason: str, actor: Actor, now: datetime) -> SystemKey:
    """Nothing that is signed with the key is taken any more. Raises NotAllowed or KeyRefused."""
    require(rules.may_manage_keys(actor))
    key = SystemKey.objects.select_for_update().filter(kid=kid).select_related("system").first()
    if key is None:
        raise KeyRefused(f"There is no key {kid}.")
    if key.revoked_at is not None:
        raise KeyRefused(f"The key {kid} is revoked already.")
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    payload = {"kid": kid, "reason": reason}
    _record(key.system, verbs.SYSTEM_KEY_REVOKED.name, payload, actor, now)
    return key


def thumbprint(public: str) -> str:
    """The RFC 7638 thumbprint of an Ed25519 public key. Raises KeyRefused."""
    try:
        key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public})
        # What stands in the key is what was given: base64url has spare bits at its end.
        if key.as_dict(private=False)["x"] != public:
            raise KeyRefused("The public key is not written in canonical base64url.")
    except (JoseError, ValueError, TypeError) as error:
        raise KeyRefused("That is no Ed25519 public key in base64url.") from error
    return key.thumbprint()


def _record(
    system: System, verb: str, payload: Mapping[str, object], actor: Actor, now: datetime
) -> None:
    ledger.append(
        actor=actor.label, verb=verb, subject=f"system:{system.pk}", payload=payload, now=now
    )
