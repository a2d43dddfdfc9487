"""The interface for systems: read the body by the contract, call one service, answer.

Permits are decided here, in the web process, in one transaction: never by a worker, never from a
cache. docs/contract.md and docs/permits.md are written for whoever calls this.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from overt.recognition import contract
from overt.recognition.models import KeySet
from overt.recognition.selectors.sessions import around_now
from overt.recognition.services import batches, manifests, permits

from .authentication import Caller, body_of
from .problems import NoSuchAddress

_REFUSALS: dict[Any, Any] = {
    (status, "application/problem+json"): OpenApiResponse(contract.Problem, description)
    for status, description in (
        (401, "The signature is refused."),
        (404, "There is no such session of this system."),
        (405, "Another method is needed."),
        (406, "Only JSON is answered."),
        (413, "The body is too large."),
        (422, "The body is not as the contract has it."),
        (500, "Overt failed."),
        (503, "Nothing can be decided or written now: there is no permit. Try again."),
    )
}


def _refusals(**more: str) -> dict[Any, Any]:
    return _REFUSALS | {
        (int(status[1:]), "application/problem+json"): OpenApiResponse(contract.Problem, words)
        for status, words in more.items()
    }


@method_decorator([login_not_required, never_cache], name="dispatch")
class SystemView(APIView):
    """What only a system may ask, by its signature."""

    def caller(self, request: Request) -> Caller:
        caller = request.user
        if not isinstance(caller, Caller):
            raise Http404
        return caller


class Sessions(SystemView):
    @extend_schema(
        operation_id="sessions",
        summary="The sessions of the system, around now.",
        responses={200: contract.SessionList, **_refusals()},
    )
    def get(self, request: Request) -> Response:
        caller = self.caller(request)
        found = around_now(caller.system_id, now=timezone.now())
        answer = contract.SessionList(
            sessions=tuple(
                contract.SessionEntry(
                    id=str(session.id),
                    reference=session.deployment.reference,
                    state=session.state,
                    starts_at=session.starts_at.replace(microsecond=0),
                    ends_at=session.ends_at.replace(microsecond=0),
                )
                for session in found
            )
        )
        return Response(answer.model_dump(mode="json"))


class Manifest(SystemView):
    @extend_schema(
        operation_id="manifest",
        summary="Say what is on the watchlist, in counts.",
        request=contract.Manifest,
        responses={
            200: contract.ManifestAnswer,
            **_refusals(_409="Another manifest has this number, or it comes too late."),
        },
    )
    def post(self, request: Request, session_id: UUID) -> Response:
        caller, body = self.caller(request), body_of(request)
        given = contract.read(contract.Manifest, body)
        taken = manifests.take(
            session_id=session_id,
            manifest=given,
            body=body,
            actor=caller.actor,
            now=timezone.now(),
        )
        answer = contract.ManifestAnswer(
            number=taken.manifest.number, digest=taken.manifest.digest, duplicate=taken.duplicate
        )
        return Response(answer.model_dump(mode="json"))


class Permit(SystemView):
    @extend_schema(
        operation_id="permit",
        summary="Ask for the next permit.",
        request=contract.PermitRequest,
        responses={
            200: contract.PermitAnswer,
            **_refusals(_403="No permit: `reason` is the gate that failed."),
        },
    )
    def post(self, request: Request, session_id: UUID) -> Response:
        caller = self.caller(request)
        asked = contract.read(contract.PermitRequest, body_of(request))
        now = timezone.now()
        given = permits.decide(
            session_id=session_id,
            request=permits.Request(
                number=asked.request,
                threshold=asked.threshold,
                manifest=asked.manifest,
                clock_offset=asked.sent_at - now,
            ),
            actor=caller.actor,
            now=now,
        )
        answer = contract.PermitAnswer(
            permit=given.token,
            sequence=given.sequence,
            expires_at=given.expires_at,
            poll_seconds=settings.PERMIT_POLL_SECONDS,
        )
        return Response(answer.model_dump(mode="json"))


class Batches(SystemView):
    @extend_schema(
        operation_id="batch",
        summary="Tell what happened since the last batch.",
        request=contract.Batch,
        responses={
            200: contract.BatchAnswer,
            **_refusals(_409="It contradicts what was taken before."),
        },
    )
    def post(self, request: Request, session_id: UUID) -> Response:
        caller, body = self.caller(request), body_of(request)
        taken = batches.take(
            session_id=session_id,
            batch=contract.read(contract.Batch, body),
            body=body,
            signature=caller.signature,
            actor=caller.actor,
            now=timezone.now(),
        )
        return Response(taken.model_dump(mode="json"))


@method_decorator([login_not_required], name="dispatch")
class PermitKeys(APIView):
    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="permit_keys",
        summary="The signed set of keys that permits are signed with.",
        auth=[],
        responses={
            (200, "application/jose"): OpenApiResponse(str, "A compact JWS."),
            **_refusals(),
        },
    )
    def get(self, request: Request) -> HttpResponse:
        newest = KeySet.objects.first()
        if newest is None:
            raise Http404
        return HttpResponse(newest.document, content_type="application/jose")


@method_decorator([login_not_required], name="dispatch")
class Schema(APIView):
    """One JSON Schema of the contract, closed."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    def get(self, request: Request, name: str) -> HttpResponse:
        found = contract.schemas().get(name)
        if found is None:
            raise NoSuchAddress
        return JsonResponse(found, content_type="application/schema+json")


@method_decorator([login_not_required], name="dispatch")
@extend_schema(exclude=True)
class Nothing(APIView):
    """What no other address takes."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NoSuchAddress
