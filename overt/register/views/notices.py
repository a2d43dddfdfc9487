"""Public pages. Nobody needs an account, and an account changes nothing.

The one exception is the code on a sign: staff who check signs are led to the page where they do.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from overt.accounts.permissions import actor_of
from overt.deployments import rules
from overt.deployments.models import Notice
from overt.deployments.notices.shown import Shown
from overt.deployments.selectors.notices import shown
from overt.recognition.account.record import figures_of, seeded_in
from overt.recognition.selectors import rates
from overt.register import exports
from overt.register.forms import FilterForm
from overt.register.responses import kept, page
from overt.register.selectors import notices as selectors
from overt.register.selectors import records

from .addresses import address, nothing_here

ON_A_PAGE = 25
IN_THE_FEED = 50
IN_A_FILE = 200
JSON = "application/json"


@require_safe
@login_not_required
def notices(request: HttpRequest) -> HttpResponseBase:
    """What is announced: today's, upcoming and past deployments."""
    now = timezone.now()
    form = FilterForm(request.GET.dict(), boroughs=selectors.boroughs(), years=selectors.years())
    asked = form.cleaned_data if form.is_valid() else {}
    found = selectors.chosen(**asked, now=now)
    sheet = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    asked = {name: value for name, value in asked.items() if value}
    others = {name: value for name, value in asked.items() if name != "when"}
    counted = selectors.counts(now=now)
    return page(
        request,
        "register/notices.html",
        {
            "form": form,
            "page": sheet,
            "rows": selectors.listed(list(sheet.object_list), now=now),
            "groups": selectors.GROUPS,
            "ways": [
                ("", "All", sum(counted.values())),
                *((key, label, counted[key]) for key, label in selectors.GROUPS.items()),
            ],
            "when": asked.get("when", ""),
            "narrowed": bool(others),
            "others": f"{urlencode(others)}&" if others else "",
            "query": f"{urlencode(asked)}&" if asked else "",
        },
    )


@require_safe
@login_not_required
def deployment(request: HttpRequest, reference: str) -> HttpResponseBase:
    """One deployment: the record, the notice that holds, and every one before them."""
    return _deployment(request, reference, sign="")


@require_safe
@login_not_required
def sign(request: HttpRequest, token: str) -> HttpResponseBase:
    """Where the code on a sign leads. An unknown code and a sign of what was never announced are
    answered alike."""
    found = selectors.sign_with(token)
    if found and rules.may_check_signs(actor_of(request)).allowed:
        response: HttpResponseBase = redirect("deployments:sign_on_street", token=token)
    else:
        reference = found.deployment.reference if found else ""
        response = _deployment(request, reference, sign=found.code if found else "")
        if response.status_code == 404:
            response = page(request, "register/unknown_sign.html", {}, status=404)
    # The token is nobody's business but the sign's, and staff are led elsewhere.
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@login_not_required
def feed(request: HttpRequest) -> HttpResponseBase:
    """The latest notices and records as an Atom feed."""
    notices = [
        shown(row, reference=row.deployment.reference)
        for row in selectors.published()[:IN_THE_FEED]
    ]
    entries = [
        *(exports.entry_of_notice(one, link=_page_of(request, one)) for one in notices),
        *(
            exports.entry_of_record(one, link=_page_of_record(request, one))
            for one in records.newest(IN_THE_FEED)
        ),
    ]
    entries.sort(key=lambda entry: entry.published_at, reverse=True)
    text = exports.atom(
        entries[:IN_THE_FEED],
        force=settings.FORCE_NAME,
        ledger=settings.LEDGER_NAME,
        home=address(request, "notices"),
        address=address(request, "feed"),
    )
    kind = "application/atom+xml; charset=utf-8"
    changed = entries[0].published_at if entries else None
    return kept(request, text.encode(), kind, changed=changed)


@require_safe
@login_not_required
def notices_json(request: HttpRequest) -> HttpResponseBase:
    """Every notice ever published, page by page."""
    sheet = Paginator(selectors.published(), IN_A_FILE).get_page(request.GET.get("page"))
    rows = list(sheet.object_list)
    here = address(request, "notices_json")
    content = exports.page_of_notices(
        [shown(row, reference=row.deployment.reference) for row in rows],
        force=settings.FORCE_NAME,
        count=sheet.paginator.count,
        page=sheet.number,
        pages=sheet.paginator.num_pages,
        following=f"{here}?page={sheet.next_page_number()}" if sheet.has_next() else None,
        page_of=lambda notice: _page_of(request, notice),
        document_of=lambda notice: address(
            request, "earlier_notice_json", notice.reference, notice.number
        ),
    )
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return kept(request, text.encode(), JSON, changed=_changed(selectors.published()[:1]))


@require_safe
@login_not_required
def notice_json(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The bytes of the last notice, whose sha256 is its digest."""
    return _document(request, reference, None)


@require_safe
@login_not_required
def earlier_notice_json(request: HttpRequest, reference: str, number: int) -> HttpResponseBase:
    """The bytes of one notice."""
    return _document(request, reference, number)


def _deployment(request: HttpRequest, reference: str, *, sign: str) -> HttpResponseBase:
    now = timezone.now()
    found = selectors.announced(reference, now=now) if reference else None
    if found is None:
        return nothing_here(request)
    held = found.versions[0] if found.versions else None
    return page(
        request,
        "register/deployment.html",
        {
            "announced": found,
            "notice": found.notices[0] if found.notices else None,
            "record": held,
            "rates": rates.shown(
                figures_of(held.document),
                one_in=records.ceiling_of(found.reference),
                seeded=seeded_in(held.document),
            )
            if held
            else (),
            "deletions": records.deletions_of(found.reference, now=now),
            "sign": sign,
            "document": address(request, "record_json" if held else "notice_json", found.reference),
            "checkpoint": selectors.latest_checkpoint(),
        },
    )


def _document(request: HttpRequest, reference: str, number: int | None) -> HttpResponseBase:
    found = selectors.document_of(reference, number)
    if found is None:
        return nothing_here(request)
    return kept(request, found.document.encode(), JSON, changed=found.published_at)


def _changed(rows: Iterable[Notice]) -> datetime | None:
    """When the latest of `rows` was published; they come latest first."""
    return next((row.published_at for row in rows), None)


def _page_of(request: HttpRequest, notice: Shown) -> str:
    return f"{address(request, 'deployment', notice.reference)}#notice-{notice.number}"


def _page_of_record(request: HttpRequest, published: records.Published) -> str:
    return f"{address(request, 'deployment', published.reference)}#record-{published.number}"
