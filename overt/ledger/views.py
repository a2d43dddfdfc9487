"""Pages of the ledger: the list, and one entry."""

import json
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from . import rules, selectors
from .forms import FilterForm
from .models import Entry

ENTRIES_ON_A_PAGE = 50


@require_safe
def entry_list(request: HttpRequest) -> HttpResponse:
    _must_be_allowed_to_read(request)
    form = FilterForm(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    entries = selectors.entries(**chosen)
    query = urlencode({name: value for name, value in chosen.items() if value})
    return render(
        request,
        "ledger/entries.html",
        {
            "form": form,
            "page": Paginator(entries, ENTRIES_ON_A_PAGE).get_page(request.GET.get("page")),
            "query": f"{query}&" if query else "",
            "head": Entry.objects.order_by("-seq").first(),
        },
    )


@require_safe
def entry_page(request: HttpRequest, seq: int) -> HttpResponse:
    _must_be_allowed_to_read(request)
    entry = get_object_or_404(Entry, seq=seq)
    return render(
        request,
        "ledger/entry.html",
        {
            "entry": entry,
            "payload": _in_lines(entry.payload),
            "broken": selectors.fault_of(seq),
            "next": Entry.objects.filter(seq=seq + 1).first(),
        },
    )


def _must_be_allowed_to_read(request: HttpRequest) -> None:
    decision = rules.may_read(is_active=request.user.is_active)
    if not decision.allowed:
        raise PermissionDenied(decision.reason)


def _in_lines(payload: str) -> str:
    """The payload with one value on a line; as it stands where it is no JSON any more."""
    try:
        return json.dumps(json.loads(payload), indent=2, ensure_ascii=False)
    except ValueError:
        return payload
