"""Pages of the ledger: the list, one entry, and the checkpoints with their files."""

import json
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from . import rules, selectors
from .forms import FilterForm
from .models import Checkpoint, Entry

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


@require_safe
def checkpoint_list(request: HttpRequest) -> HttpResponse:
    _must_be_allowed_to_read(request)
    checkpoints = Checkpoint.objects.order_by("-size")
    return render(
        request,
        "ledger/checkpoints.html",
        {
            "page": Paginator(checkpoints, ENTRIES_ON_A_PAGE).get_page(request.GET.get("page")),
            "newest": checkpoints.first(),
            "keys": selectors.named_keys(),
        },
    )


@require_safe
@login_not_required
def checkpoint_note(request: HttpRequest, size: int) -> HttpResponse:
    """Open to everyone (`rules`, 3). What is at this address never changes."""
    found = get_object_or_404(Checkpoint, size=size)
    response = _note(found)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
@login_not_required
def latest_checkpoint(request: HttpRequest) -> HttpResponse:
    """Open to everyone (`rules`, 3), so that anybody can keep watch."""
    found = Checkpoint.objects.order_by("-size").first()
    if found is None:
        raise Http404("No checkpoint was signed yet.")
    return _note(found)


@require_safe
@login_not_required
def public_keys(request: HttpRequest) -> HttpResponse:
    """Open to everyone (`rules`, 3)."""
    lines = "".join(f"{each.key}\n" for each in selectors.named_keys())
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")


def _note(checkpoint: Checkpoint) -> HttpResponse:
    return HttpResponse(
        checkpoint.note,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="checkpoint-{checkpoint.size}.txt"'},
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
