"""A system as it speaks over HTTP, in the test's own process."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.test import Client
from joserfc.jwk import OKPKey
from overt_permit.signing import sign_request

from overt.recognition import contract


@dataclass
class Wire:
    """`key` signs; each call says what it sends and gets Django's response."""

    key: OKPKey
    session_id: UUID
    client: Client = field(default_factory=Client)

    def address(self, what: str) -> str:
        return f"/api/v1/sessions/{self.session_id}/{what}"

    def send(
        self,
        path: str,
        body: bytes = b"",
        *,
        method: str = "POST",
        at: datetime,
        signature: str | None = None,
        **extra: Any,
    ) -> Any:
        if signature is None:
            signature = sign_request(method, path, body, int(at.timestamp()), self.key)
        return self.client.generic(
            method,
            path,
            body,
            content_type="application/json",
            headers={"Overt-Signature": signature} if signature else {},
            **extra,
        )

    def ask(self, number: int, *, at: datetime, watchlist: str, threshold: str = "0.64") -> Any:
        request = contract.PermitRequest(
            manifest=watchlist, request=number, sent_at=whole(at), threshold=threshold
        )
        return self.send(self.address("permit"), contract.canonical(request), at=at)

    def tell(self, number: int, *, at: datetime, **said: Any) -> Any:
        whole_batch = {
            "alerts": (),
            "counters": (),
            "deletions": (),
            "heartbeat": None,
            "stopped": None,
        } | said
        batch = contract.Batch(number=number, sent_at=whole(at), **whole_batch)
        return self.send(self.address("batches"), contract.canonical(batch), at=at)


def whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
