"""Refuses a form in which somebody pasted a picture, or a template of a face, as text.

The interface for systems is closed and short (`overt.recognition.contract`); forms take what people
write. This keeps out of them what nobody writes. A name that somebody writes it cannot know: the
pages say that nobody on a watchlist is named.

Refused are, in any field of a form, in the query of any address and in what a browser calls itself:
a `data:` address in base64; base64 or hexadecimal far longer than any digest or word, in one piece
or in lines as mail programs break it; and small decimal numbers by the dozen.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_CODED = re.compile(
    r"[A-Za-z0-9+/_-]{130,}={0,2}|(?:[A-Za-z0-9+/]{60,}\s+){2,}[A-Za-z0-9+/]+={0,2}", re.ASCII
)
_DATA_ADDRESS = re.compile(r"data:[\w.+/;=-]{0,80}base64,", re.ASCII | re.IGNORECASE)
# Below ten, with three decimals or more: no list of positions in Great Britain reads so.
_MEASUREMENTS = re.compile(r"(?:(?<![\d.])[-+]?\d?\.\d{3,}(?:[eE][-+]?\d+)?[\s,;]+){32}", re.ASCII)
_CLASSES = (re.compile("[A-Z]"), re.compile("[a-z]"), re.compile("[0-9]"))
# Bits a character: words run together have about 4, base64 of anything compressed nearly 6, and
# hexadecimal of it nearly 4.
_BITS, _BITS_OF_HEX = 4.5, 3.0
# What a security key answers is long and in base64; it is read strictly, and nothing else is kept.
_OF_SECURITY_KEYS = frozenset({"credential"})


def is_pasted(text: str) -> bool:
    """Whether `text` holds a file written as text, or a list of measurements."""
    return (
        _DATA_ADDRESS.search(text) is not None
        or any(_looks_coded(run.group()) for run in _CODED.finditer(text))
        or _MEASUREMENTS.search(text) is not None
    )


def refusal(request: HttpRequest) -> HttpResponse | None:
    """The page that says so, where a field of the form that was sent holds such a thing."""
    fields = request.POST.lists() if request.method == "POST" else ()
    return _refusal(
        request,
        (
            text
            for name, values in fields
            if name not in _OF_SECURITY_KEYS
            for text in (name, *values)
        ),
    )


class NothingPasted:
    """Middleware, behind those that say who asks. A view that reads its form itself, and is exempt
    from the check against forged requests until then, asks for the `refusal` itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = [text for name, values in request.GET.lists() for text in (name, *values)]
        texts = [*query, request.headers.get("User-Agent", "")]
        return _refusal(request, texts) or self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        return None if getattr(view, "csrf_exempt", False) else refusal(request)


def _refusal(request: HttpRequest, texts: Iterable[str]) -> HttpResponse | None:
    if not any(map(is_pasted, texts)):
        return None
    return render(request, "pasted.html", status=HTTPStatus.BAD_REQUEST)


def _looks_coded(run: str) -> bool:
    plain = re.sub(r"\s+", "", run)
    counts = Counter(plain).values()
    bits = -sum(n / len(plain) * math.log2(n / len(plain)) for n in counts)
    if re.fullmatch(r"[0-9a-fA-F]+", plain):
        return bits >= _BITS_OF_HEX
    return all(one.search(plain) for one in _CLASSES) and bits >= _BITS
