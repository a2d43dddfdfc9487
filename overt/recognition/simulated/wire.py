"""Speaks to Overt: signs each request, says what came of it."""

import logging
from dataclasses import dataclass
from typing import Any

import httpx
from overt_permit.signing import Key, sign_request

_log = logging.getLogger(__name__)
PREFIX = "/api/v1"


@dataclass(frozen=True)
class Answer:
    """`status` 0 means that nothing came back. `reason` is that of a refusal."""

    status: int
    body: dict[str, Any]
    reason: str = ""

    @property
    def is_good(self) -> bool:
        return self.status == 200

    @property
    def is_final(self) -> bool:
        """Whether the same request would be refused again: it was understood."""
        return 400 <= self.status < 500


class Wire:
    """`server`: scheme and host."""

    def __init__(self, server: str, key: Key, *, timeout_s: float = 5.0) -> None:
        self._client = httpx.Client(base_url=server.rstrip("/"), timeout=timeout_s)
        self._key = key
        self.is_cut = False

    def key_set(self) -> str | None:
        """The signed set of permit keys; None where it cannot be had now."""
        if self.is_cut:
            return None
        try:
            response = self._client.get(f"{PREFIX}/permit-keys")
        except httpx.HTTPError:
            return None
        return response.text if response.status_code == 200 else None

    def sessions(self, *, at: float) -> list[dict[str, Any]]:
        """The sessions of this system; none where they cannot be had now."""
        answer = self._send("GET", f"{PREFIX}/sessions", b"", at)
        found: list[dict[str, Any]] = answer.body.get("sessions", []) if answer.is_good else []
        return found

    def post(self, session: str, what: str, body: bytes, *, at: float) -> Answer:
        """`what`: manifest, permit or batches. `at`: the system's clock, seconds since 1970."""
        return self._send("POST", f"{PREFIX}/sessions/{session}/{what}", body, at)

    def _send(self, method: str, path: str, body: bytes, at: float) -> Answer:
        if self.is_cut:
            return Answer(0, {})
        signature = sign_request(method, path, body, int(at), self._key)
        headers = {"Overt-Signature": signature, "Content-Type": "application/json"}
        try:
            response = self._client.request(method, path, content=body, headers=headers)
            found = response.json() if response.content else {}
        except (httpx.HTTPError, ValueError) as error:
            _log.info("No answer: %s", type(error).__name__)
            return Answer(0, {})
        return Answer(response.status_code, found, str(found.get("reason", "")))
