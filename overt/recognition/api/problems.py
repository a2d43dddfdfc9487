"""Every refusal of the interface, as RFC 9457 problem details with a slug that programs compare.

Rules
1. Nothing that was sent is repeated.
2. What cannot be answered for want of a database is 503 and no permit.
3. An error of Overt's own is 500 without a word of it.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, InterfaceError
from django.http import Http404
from rest_framework.exceptions import APIException, MethodNotAllowed, NotAcceptable
from rest_framework.response import Response

from overt.accounts.permissions import NotAllowed
from overt.deployments.errors import DeploymentError
from overt.recognition.contract import ContractRefused, Problem
from overt.recognition.contract import Gate as GateShown
from overt.recognition.errors import (
    BatchRefused,
    ClockWentBack,
    KeyRefused,
    PermitRefused,
    WrongState,
)
from overt.recognition.gates import Gate
from overt.recognition.models import Session

_log = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
# By reason: what is too large, and what contradicts what was taken before.
_STATUS = {
    "too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    **dict.fromkeys(
        (
            "number-reused",
            "after-stopped",
            "counter-decreased",
            "alert-changed",
            "manifest-too-late",
            "never-live",
        ),
        HTTPStatus.CONFLICT,
    ),
}
# These name people, who are none of the system's business.
_ABOUT_PEOPLE = frozenset({"authority-holds", "officers-of-rank", "roles-filled"})


class SignatureRefused(APIException):
    """The request is not what a known system signed just now."""

    status_code = HTTPStatus.UNAUTHORIZED

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence, code=reason)
        self.reason = reason


class NoSuchAddress(APIException):
    """Nothing is here, whoever asks."""

    status_code = HTTPStatus.NOT_FOUND


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """The answer to whatever went wrong. Called by Django REST framework."""
    status, reason, detail = _told(error)
    field = error.field if isinstance(error, ContractRefused) and error.field else None
    gates = shown(error.gates) if isinstance(error, PermitRefused) and error.gates else None
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.exception("The interface failed", exc_info=error)
    response = problem(status, reason, detail, field=field, gates=gates)
    if isinstance(error, MethodNotAllowed):
        allowed = getattr(context.get("view"), "allowed_methods", [])
        response["Allow"] = ", ".join(allowed)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Overt-Signature"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = "5"
    return response


def problem(
    status: HTTPStatus,
    reason: str,
    detail: str,
    *,
    field: str | None = None,
    gates: tuple[GateShown, ...] | None = None,
) -> Response:
    """A response that holds to the schema `Problem`."""
    body = Problem(
        title=status.phrase,
        status=status.value,
        detail=detail[:600],
        reason=reason,
        field=field,
        gates=gates,
    )
    return Response(
        body.model_dump(mode="json", exclude_none=True), status=status, content_type=CONTENT_TYPE
    )


def shown(gates: tuple[Gate, ...]) -> tuple[GateShown, ...]:
    """The gates as a system is told of them: without the people."""
    return tuple(
        GateShown(
            name=gate.rule,
            passed=gate.passed,
            reason=(
                f"{gate.title}: {'holds' if gate.passed else 'does not hold'}."
                if gate.rule in _ABOUT_PEOPLE
                else gate.evidence[:600]
            ),
        )
        for gate in gates
    )


# Where reason or sentence is empty, the error has its own. The first that fits counts.
_ANSWERS: tuple[tuple[type[Exception], HTTPStatus, str, str], ...] = (
    (SignatureRefused, HTTPStatus.UNAUTHORIZED, "", ""),
    (ContractRefused, HTTPStatus.UNPROCESSABLE_ENTITY, "", ""),
    (PermitRefused, HTTPStatus.FORBIDDEN, "", ""),
    (BatchRefused, HTTPStatus.UNPROCESSABLE_ENTITY, "", ""),
    (WrongState, HTTPStatus.CONFLICT, "wrong-state", "The session does not allow that now."),
    (
        DeploymentError,
        HTTPStatus.CONFLICT,
        "deployment-refuses",
        "The deployment does not allow that now.",
    ),
    (
        ClockWentBack,
        HTTPStatus.SERVICE_UNAVAILABLE,
        "server-clock-went-back",
        "The clock of Overt is wrong.",
    ),
    (
        KeyRefused,
        HTTPStatus.SERVICE_UNAVAILABLE,
        "no-permit-key",
        "Overt has no key to sign permits with.",
    ),
    # Whether another system has such a session is not told.
    *(
        (kind, HTTPStatus.NOT_FOUND, "no-such-session", "There is no such session of yours.")
        for kind in (NotAllowed, PermissionDenied, Session.DoesNotExist, Http404)
    ),
    (
        NoSuchAddress,
        HTTPStatus.NOT_FOUND,
        "no-such-address",
        "There is nothing at this address.",
    ),
    (
        MethodNotAllowed,
        HTTPStatus.METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "The address takes another method.",
    ),
    (NotAcceptable, HTTPStatus.NOT_ACCEPTABLE, "not-acceptable", "Only JSON is answered."),
    *(
        (
            kind,
            HTTPStatus.SERVICE_UNAVAILABLE,
            "database-unavailable",
            "Nothing can be decided or written now: try again.",
        )
        for kind in (DatabaseError, InterfaceError)
    ),
)


def _told(error: Exception) -> tuple[HTTPStatus, str, str]:
    for kind, status, reason, sentence in _ANSWERS:
        if isinstance(error, kind):
            own = getattr(error, "reason", "")
            said = getattr(error, "sentence", "") or str(error)
            if own in _ABOUT_PEOPLE:
                said = "A condition for a permit does not hold."
            return _STATUS.get(own, status), reason or own, sentence or said
    return HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "Overt failed to answer."
