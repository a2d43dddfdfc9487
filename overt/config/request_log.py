"""Gives each request an id, and writes one line about it.

Rules
1. The id is the one that our own proxy gave, where there is one and the id is well formed; else it
   is made here. It is in the answer, in every line that is logged meanwhile, and in those of the
   tasks that are asked for.
2. What is well formed has no room for a name: hexadecimal digits and hyphens.
3. What was answered well to a watcher, or was a static file, has no line.
"""

import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from time import monotonic
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .logs import ID, Context, within
from .watching import is_watching

HEADER = "X-Request-Id"
_WELL_FORMED = re.compile(r"[0-9a-fA-F-]{16,64}")
_log = logging.getLogger("overt.request")


class RequestLog:
    """Middleware, the first of all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began, request_id = monotonic(), _id_of(request)
        setattr(request, ID, request_id)
        with within(Context(request=request)):
            response = self.get_response(request)
            is_dull = request.resolver_match is None or is_watching(request)
            if response.status_code >= HTTPStatus.BAD_REQUEST or not is_dull:
                spent = round((monotonic() - began) * 1000)
                facts = {"status": response.status_code, "milliseconds": spent}
                _log.info("answered", extra={"facts": facts})
        response[HEADER] = request_id
        return response


def _id_of(request: HttpRequest) -> str:
    given = request.headers.get(HEADER, "")
    if settings.TRUSTED_PROXIES and _WELL_FORMED.fullmatch(given):
        return given
    return uuid4().hex
