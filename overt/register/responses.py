"""How public pages are answered: the same for everyone, and kept for a moment.

Rules
1. A page is made without the request, so that nothing of an account, a session or a cookie can
   come into it, and no cookie is set.
2. It carries no script and no nonce, so that what was kept can be shown again.
3. Everyone may keep it for a minute; what someone with a session was answered, only they, because
   the session may be renewed with it. Its entity tag is over what it says; where it depends on
   notices alone, it also says when the last one was published.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

SECONDS = 60


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponseBase:
    """An HTML page. `request` is only asked what it has kept already."""
    shell = {
        "force_name": settings.FORCE_NAME,
        "contact": settings.FORCE_CONTACT,
        "mode": "embedded" if settings.EMBEDDED else "",
    }
    body = render_to_string(template, {**shell, **context})
    return kept(request, body.encode(), "text/html; charset=utf-8", status=status)


def kept(
    request: HttpRequest,
    body: bytes,
    content_type: str,
    *,
    changed: datetime | None = None,
    status: int = 200,
) -> HttpResponseBase:
    """`changed`: when the last notice was published, where the body depends on nothing else."""
    response = HttpResponse(body, content_type=content_type, status=status)
    whose = "private" if settings.SESSION_COOKIE_NAME in request.COOKIES else "public"
    response["Cache-Control"] = f"{whose}, max-age={SECONDS}"
    if status != 200:
        return response
    tag = f'"{hashlib.sha256(body).hexdigest()}"'
    response["ETag"] = tag
    seconds = int(changed.timestamp()) if changed else None
    if seconds is not None:
        response["Last-Modified"] = http_date(seconds)
    return (
        get_conditional_response(request, etag=tag, last_modified=seconds, response=response)
        or response
    )
