"""Who asks: the system whose key signed the request, over its method, path, time and body.

Rules
1. A request without a signature, or with one that is not as `overt_permit.signing` has it, is
   refused before its body is read by anything else.
2. The body is read once, and no further than the limit of its address.
3. The key is known, not revoked and in its time; the system is in use.
4. The time of the signature is near Overt's own. How near is no policy: a permit is held to the
   clock difference of its session's policy besides (`gates`, rule 12).
5. The address has no query: it is not signed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import CharField
from django.utils import timezone
from overt_permit.errors import Refused
from overt_permit.keys import public_key
from overt_permit.signing import Key, verify_request
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from overt.accounts.actors import Actor
from overt.prepared import Prepared
from overt.recognition.contract import ContractRefused, limits
from overt.recognition.models import SystemKey
from overt.recognition.rules import system_actor

from .problems import SignatureRefused

HEADER = "Overt-Signature"
# A late batch is signed when it is sent, not when it was made: this is for the way and the clocks.
NEAR = timedelta(seconds=60)


@dataclass(frozen=True)
class Caller:
    """A system, after its signature was verified."""

    system_id: int
    kid: str
    signature: str
    is_authenticated: bool = True

    @property
    def actor(self) -> Actor:
        return system_actor(self.system_id)


class SystemSignature(BaseAuthentication):
    """For Django REST framework."""

    def authenticate(self, request: Request) -> tuple[Caller, None]:
        signature = request.headers.get(HEADER, "")
        if not signature:
            raise SignatureRefused("signature-missing", f"The header {HEADER} is missing.")
        if request.META.get("QUERY_STRING"):
            raise SignatureRefused("query-refused", "The address has no query.")
        now = timezone.now()
        found: dict[str, SystemKey] = {}

        def find(kid: str) -> Key:
            found[kid] = _key(kid, now)
            return public_key(found[kid].public)

        try:
            said = verify_request(
                signature,
                method=request.method or "",
                path=request.path,
                body=body_of(request),
                find_key=find,
            )
        except Refused as refused:
            raise SignatureRefused(refused.reason, str(refused)) from refused
        if abs(said.at - now.timestamp()) > NEAR.total_seconds():
            raise SignatureRefused("clock-off", "The time of the signature is too far from ours.")
        return Caller(found[said.kid].system_id, said.kid, signature), None

    def authenticate_header(self, request: Request) -> str:
        return HEADER


def body_of(request: Request) -> bytes:
    """The bytes that were sent. Raises ContractRefused where there are too many."""
    http = request._request
    cached: bytes | None = getattr(http, "_overt_body", None)
    if cached is None:
        # Where the length is not said, as with chunks, no more than the limit is read.
        cached = http.read(limits.BATCH_BYTES + 1)
        if len(cached) > limits.BATCH_BYTES:
            raise ContractRefused("too-large")
        http._overt_body = cached  # type: ignore[attr-defined]
    return cached


_KEY = Prepared(
    lambda kid: SystemKey.objects.select_related("system").filter(kid=kid).order_by(),
    kid=CharField(),
)


def _key(kid: str, now: datetime) -> SystemKey:
    """Raises Refused."""
    key = _KEY.first(kid=kid)
    if key is None:
        raise Refused("key-unknown", "The key is not known.")
    if key.revoked_at is not None:
        raise Refused("key-revoked", "The key is revoked.")
    if not key.valid_from <= now < key.valid_until:
        raise Refused("key-not-valid", "The key is not valid at this time.")
    if not key.system.is_active:
        raise Refused("system-not-in-use", "The system is not in use.")
    return key
