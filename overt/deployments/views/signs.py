"""Signs: the board, the papers, and the page on the street."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from overt.accounts.actors import Actor
from overt.accounts.permissions import actor_of, require
from overt.deployments import rules, states
from overt.deployments.errors import DeploymentError, FieldRefused
from overt.deployments.forms_signs import SignCheckForm
from overt.deployments.models import CheckKind, Deployment, Sign, SignCheck
from overt.deployments.papers.plan import plan
from overt.deployments.selectors import signs as selectors
from overt.deployments.selectors.deployments import deployments, profile_of
from overt.deployments.selectors.frozen import NotAsSubmitted, frozen
from overt.deployments.selectors.surroundings import surroundings
from overt.deployments.services import sign_papers
from overt.deployments.services import signs as services
from overt.deployments.services.sign_papers import Addresses

# While signs may be put up, the board looks again by itself.
CHECKED = states.UNDER_AUTHORITY
BEFORE_AUTHORITY = (states.DRAFT, states.SUBMITTED, states.REVIEWED)


@require_safe
def signs(request: HttpRequest, reference: str) -> HttpResponse:
    """The board: every sign, who saw it last and when, and its papers."""
    found = get_object_or_404(deployments(), reference=reference)
    return render(
        request, "deployments/signs/signs.html", _board(request, found) | {"plan": _plan(found)}
    )


@require_safe
def signs_board(request: HttpRequest, reference: str) -> HttpResponse:
    """The part of the board that replaces itself."""
    found = get_object_or_404(deployments(), reference=reference)
    return render(request, "deployments/signs/board.html", _board(request, found))


@require_safe
def signs_print(request: HttpRequest, reference: str, sheet: str) -> HttpResponse:
    """All signs in one file."""
    found = get_object_or_404(deployments(), reference=reference)
    return _print(request, found, sheet, selectors.signs_of(found), "signs")


@require_safe
def sign_print(request: HttpRequest, reference: str, pk: int, sheet: str) -> HttpResponse:
    found = get_object_or_404(deployments(), reference=reference)
    planned = selectors.signs_of(found).filter(pk=pk)
    return _print(request, found, sheet, planned, f"sign-{pk}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_on_street(request: HttpRequest, token: str) -> HttpResponse:
    """Where the code on a sign leads whoever may check it."""
    actor = actor_of(request)
    require(rules.may_check_signs(actor))
    found = selectors.by_token(token)
    if found is None:
        raise Http404
    return _check(request, found, actor, timezone.now())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The same page from the board: the code of a sign that is gone cannot be scanned."""
    actor = actor_of(request)
    require(rules.may_check_signs(actor))
    found = get_object_or_404(
        Sign.objects.select_related("deployment__current_version"),
        deployment__reference=reference,
        pk=pk,
    )
    return _check(request, found, actor, timezone.now())


def _board(request: HttpRequest, found: Deployment) -> dict[str, Any]:
    now = timezone.now()
    board = selectors.board(found, now=now)
    watched = found.state in CHECKED
    return {
        "deployment": found,
        "board": board,
        "now": now,
        "policy": profile_of(found).signs,
        "watched": watched,
        "may_check": watched and rules.may_check_signs(actor_of(request)).allowed,
        "may_print": sign_papers.may_print(found) and bool(board.rows),
        "sheets": sign_papers.sheets(found),
    }


def _plan(found: Deployment) -> SafeString | None:
    """Where the signs of the current version are planned; it has none whose text was changed."""
    if found.current_version is None:
        return None
    try:
        shown = frozen(found.current_version)
    except NotAsSubmitted:
        return None
    return plan(shown, surroundings(shown))


def _print(
    request: HttpRequest, found: Deployment, sheet: str, planned: QuerySet[Sign], name: str
) -> HttpResponse:
    chosen = list(planned)
    if not chosen or sheet not in sign_papers.sheets(found) or not sign_papers.may_print(found):
        raise Http404
    content = sign_papers.pdf(
        deployment=found, signs=chosen, sheet=sheet, addresses=addresses(request, found)
    )
    if name != "signs":
        name = f"sign-{slugify(chosen[0].code) or chosen[0].pk}"
    response = HttpResponse(content, content_type="application/pdf")
    shown = f"{found.reference}-{name}-{sheet}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{shown}"'
    # It holds the tokens of the signs.
    response["Cache-Control"] = "private, no-store"
    return response


def addresses(request: HttpRequest, found: Deployment) -> Addresses:
    """As the public reaches Overt: by OVERT_PUBLIC_URL, or as this request did."""
    origin = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    host = origin.split("://", 1)[1]
    return Addresses(origin=origin, page=f"{host}/register/{found.reference}/")


def _check(request: HttpRequest, found: Sign, actor: Actor, now: datetime) -> HttpResponse:
    form = SignCheckForm(request.POST or None, initial={"key": str(uuid4())})
    if request.method == "POST" and form.is_valid():
        try:
            check = services.record_check(
                sign=found,
                kind=form.cleaned_data["kind"],
                here=form.cleaned_data["here"],
                note=form.cleaned_data["note"],
                key=form.cleaned_data["key"],
                actor=actor,
                now=now,
            )
        except FieldRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        except DeploymentError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _recorded(check))
            return redirect(request.path)
    return render(request, "deployments/signs/sign.html", _page(found, form, now))


def _page(found: Sign, form: SignCheckForm, now: datetime) -> dict[str, Any]:
    current = Deployment.objects.select_related("current_version").get(pk=found.deployment_id)
    state = selectors.state_of(found)
    return {
        "sign": found,
        "deployment": current,
        "form": form,
        "state": state,
        "is_up": state in selectors.IN_PLACE,
        "last": found.checks.select_related("person").order_by("-pk").first(),
        "open": current.state in CHECKED and found.retired_at is None,
        "too_early": current.state in BEFORE_AUTHORITY and found.retired_at is None,
        "before_setup": current.setup_at is not None and now < current.setup_at,
        "spacing_m": profile_of(current).signs.spacing_m.value,
        "now": now,
    }


def _recorded(check: SignCheck) -> str:
    said = {
        CheckKind.PLACED: "is recorded as placed",
        CheckKind.RECHECKED: "is recorded as still in place",
        CheckKind.MISSING: "is reported missing",
    }[CheckKind(check.kind)]
    where = (
        "without a location"
        if check.distance_m is None
        else f"{check.distance_m:,} m from the planned point"
    )
    return f"Sign {check.sign.code} {said}, {where}."
