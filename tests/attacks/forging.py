"""Signatures of requests as an attacker writes them: any header, signed by anything."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import OKPKey
from overt_permit.signing import kid_of

from overt.recognition import contract
from tests.attacks.world import FRESH, Stage
from tests.recognition.api.wire import whole
from tests.recognition.making import WATCHLIST

Signer = Callable[[bytes], bytes]


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def spelled(header: dict[str, Any]) -> bytes:
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()


def ed25519(key: OKPKey) -> Signer:
    raw = base64.urlsafe_b64decode(str(key.as_dict(private=True)["d"]) + "=")
    return Ed25519PrivateKey.from_private_bytes(raw).sign


def es256(message: bytes) -> bytes:
    """By a fresh key of another kind; 64 bytes too."""
    made = ec.generate_private_key(ec.SECP256R1()).sign(message, ec.ECDSA(hashes.SHA256()))
    return b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(made))


def keyed_hash(key: OKPKey, kind: str) -> Signer:
    """The old trick: the public key, which anybody has, as the secret of an HMAC."""
    secret = base64.urlsafe_b64decode(str(key.as_dict(private=False)["x"]) + "=")
    return lambda message: hmac.new(secret, message, getattr(hashlib, kind)).digest()


def body(stage: Stage, number: int = FRESH) -> bytes:
    """An honest request for a permit."""
    return contract.canonical(
        contract.PermitRequest(
            manifest=WATCHLIST, request=number, sent_at=whole(stage.now), threshold="0.64"
        )
    )


def header(stage: Stage, **changes: Any) -> dict[str, Any]:
    """As an honest request for a permit has it, but for `changes`; None leaves a member out."""
    honest = {
        "alg": "Ed25519",
        "htm": "POST",
        "htu": stage.wire.address("permit"),
        "iat": int(stage.now.timestamp()),
        "kid": kid_of(stage.wire.key),
        "typ": "overt-request+jws",
    }
    return {name: value for name, value in (honest | changes).items() if value is not None}


def signature(
    stage: Stage, *, raw_header: bytes | None = None, signer: Signer | None = None, **changes: Any
) -> str:
    """Of `body`, by the system's own key unless another `signer` is given."""
    first = encoded(raw_header or spelled(header(stage, **changes)))
    sign = signer or ed25519(stage.wire.key)
    return f"{first}..{encoded(sign(f'{first}.{encoded(body(stage))}'.encode()))}"


def send(stage: Stage, forged: str) -> Any:
    """The honest request with this signature."""
    return stage.wire.send(
        stage.wire.address("permit"), body(stage), at=stage.now, signature=forged
    )
