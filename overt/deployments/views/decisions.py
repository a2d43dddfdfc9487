"""The pages on which people decide: review, authorise, authorise orally, withdraw, make ready.

All of them answer alike. Who may never do it gets 403 before anything is looked up. What the state
no longer lets anyone do (a second click, a slow page) changes nothing and says what stands. An
answer to another version than the current one changes nothing and shows the current one. What
cannot be undone is done by who proved lately that it is them: otherwise the answer waits while they
are asked again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from overt.accounts.actors import Actor
from overt.accounts.permissions import NotAllowed, actor_of, require
from overt.accounts.ranks import LEVELS
from overt.decisions import Decision
from overt.deployments import rules, states
from overt.deployments.application.words import moment
from overt.deployments.errors import (
    DeploymentError,
    FieldRefused,
    NotReady,
    NotWhatWasShown,
)
from overt.deployments.forms_decisions import (
    CRITERIA,
    GIVEN,
    UNCONFIRMED,
    AuthoriseForm,
    DecisionForm,
    OralForm,
    ReadyForm,
    ReviewForm,
    WithdrawForm,
)
from overt.deployments.models import Deployment, Version
from overt.deployments.papers.plan import plan
from overt.deployments.selectors import queues as queue_selectors
from overt.deployments.selectors.decided import told
from overt.deployments.selectors.deployments import deployments
from overt.deployments.selectors.frozen import Frozen, frozen
from overt.deployments.selectors.readiness import reasons_not_ready
from overt.deployments.selectors.standing import DECISIONS, Standing, standing
from overt.deployments.selectors.surroundings import surroundings
from overt.deployments.services import deciding, lifecycle
from overt.ledger import services as ledger
from overt.policy import profiles

Data = Mapping[str, Any] | None


@require_safe
def to_decide(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    found = queue_selectors.queues(actor_of(request), now=now)
    return render(request, "deployments/to_decide.html", {"queues": found, "now": now})


@dataclass(frozen=True)
class Act:
    """One of the pages. `fits`: the state lets someone do it; `may`: the rules let this person;
    `do` calls the service with the digest that the page showed, and `done` says so;
    `asks_again`: only for who proved lately that it is them; `shows_application`: with its zone,
    so that the ledger notes who read it."""

    name: str
    may_ask: Callable[[Actor], Decision]
    fits: Callable[[Standing], bool]
    may: Callable[[Standing, Actor], Decision]
    form: Callable[[Data, Data, Frozen], DecisionForm]
    do: Callable[[Deployment, str, DecisionForm, Actor, datetime], object]
    done: Callable[[DecisionForm], str]
    more: Callable[[Standing, Frozen, datetime], dict[str, Any]]
    asks_again: bool = False
    shows_application: bool = True


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, reference, REVIEW)


@require_http_methods(["GET", "HEAD", "POST"])
def authorise(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, reference, AUTHORISE)


@require_http_methods(["GET", "HEAD", "POST"])
def oral(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, reference, ORAL)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, reference, WITHDRAW)


@require_http_methods(["GET", "HEAD", "POST"])
def ready(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, reference, READY)


def _page(request: HttpRequest, reference: str, act: Act) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    require(act.may_ask(actor))
    deployment = get_object_or_404(deployments().prefetch_related(*DECISIONS), reference=reference)
    version = deployment.current_version
    held = standing(deployment, version) if version else None
    if version is None or held is None or not act.fits(held):
        return _closed(request, act, deployment, held)
    decision = act.may(held, actor)
    if not decision.allowed:
        return _closed(request, act, deployment, held, refused=decision.reason)
    try:
        shown = frozen(version)
        if act.shows_application:
            ledger.record_read(
                actor=actor.label,
                page=f"deployments:{act.name}",
                subject=deployment.subject,
                now=now,
            )
        return _answered(request, act, held, shown, actor, now)
    except NotAllowed as no:
        # Decided by someone else since the look above, or the rank has changed.
        return _closed(request, act, deployment, held, refused=no.decision.reason)
    except NotWhatWasShown:
        # Changed between the look and the lock: look again.
        return _page(request, reference, act)
    except DeploymentError as error:
        return _closed(request, act, deployment, held, failed=str(error))


def _answered(
    request: HttpRequest, act: Act, held: Standing, shown: Frozen, actor: Actor, now: datetime
) -> HttpResponse:
    if request.method != "POST":
        return _shown(request, act, held, shown, act.form(None, None, shown), now)
    form = act.form(request.POST, None, shown)
    seen = request.POST.get("seen_digest", "")
    if seen != held.version.digest:
        return _stale(request, act, held, shown, now)
    if form.is_valid():
        try:
            do = _do_if_confirmed if act.asks_again else _do
            do(request, act, held.deployment, seen, form, actor, now)
        except FieldRefused as refused:
            form.add_error(form.name_of(refused.field), str(refused))
        except NotReady as refused:
            for reason in refused.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, act.done(form))
            return redirect("deployments:deployment", reference=held.deployment.reference)
    return _shown(request, act, held, shown, form, now)


def _do(
    request: HttpRequest,
    act: Act,
    deployment: Deployment,
    seen: str,
    form: DecisionForm,
    actor: Actor,
    now: datetime,
) -> None:
    act.do(deployment, seen, form, actor, now)


# Raises allauth's ReauthenticationRequired; its middleware asks, then answers the page again.
_do_if_confirmed = reauthentication_required(_do)


def _stale(
    request: HttpRequest, act: Act, held: Standing, shown: Frozen, now: datetime
) -> HttpResponse:
    """The current version, with the words that were typed and the choices to be made anew."""
    kept = {name: request.POST[name] for name in ("reason", "conditions") if name in request.POST}
    form = act.form(None, kept, shown)
    problem = (
        "The application has changed since you opened this page, so nothing was recorded. "
        f"This is version {held.version.number}: read it, then decide."
    )
    return _shown(request, act, held, shown, form, now, problem=problem, status=409)


def _shown(
    request: HttpRequest,
    act: Act,
    held: Standing,
    shown: Frozen,
    form: DecisionForm,
    now: datetime,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "deployment": held.deployment,
        "version": held.version,
        "standing": held,
        "frozen": shown,
        "form": form,
        "problem": problem,
        "plan": plan(shown, surroundings(shown)) if act.shows_application else "",
        "now": now,
        "earlier": _decided_before(held.version),
        "decided": told(held, now=now),
        "comments": held.deployment.comments.select_related("author"),
        **act.more(held, shown, now),
    }
    return render(request, f"deployments/{act.name}.html", context, status=status)


def _closed(
    request: HttpRequest,
    act: Act,
    deployment: Deployment,
    held: Standing | None,
    *,
    refused: str = "",
    failed: str = "",
) -> HttpResponse:
    """The page cannot be used: nothing fits it, a rule says no, or the service did."""
    status = 403 if refused else 409 if failed or request.method == "POST" else 200
    context = {
        "act": act.name,
        "deployment": deployment,
        "state": states.LABELS[deployment.state].lower(),
        "refused": bool(refused),
        "reason": refused or failed,
        "posted": request.method == "POST",
        "decided": told(held, now=timezone.now()) if held else [],
    }
    return render(request, "deployments/closed.html", context, status=status)


def _decided_before(version: Version) -> Version | None:
    """The version before this one that anyone decided on."""
    return (
        Version.objects.filter(
            deployment_id=version.deployment_id,
            number__lt=version.number,
            determinations__isnull=False,
        )
        .order_by("-number")
        .first()
    )


def _acknowledgements(shown: Frozen) -> dict[str, str]:
    asked = {}
    count = len(shown.not_confirmed)
    if count:
        values = "value" if count == 1 else f"{count} values"
        asked[UNCONFIRMED] = f"I have read the {values} of the policy that no document confirms"
    if shown.profile.authorising.watchlist_criteria_approved.value:
        asked[CRITERIA] = "I approve the criteria and the composition of the watchlist"
    return asked


def _may_withdraw_any(actor: Actor) -> Decision:
    return rules.may_see_withdrawal(
        actor, lowest_rank=profiles.load().authorising.urgent_rank.value
    )


def _may_authorise_any(actor: Actor) -> Decision:
    return rules.may_authorise(
        actor, level=min(LEVELS.values()), authors=(), reviewer=None, needs_review=False
    )


def _checklist(held: Standing, shown: Frozen, now: datetime) -> dict[str, Any]:
    return {"reasons": reasons_not_ready(held.deployment, now=now)}


REVIEW = Act(
    name="review",
    may_ask=lambda actor: rules.may_review(actor, authors=()),
    fits=lambda held: held.waits_for_review,
    may=Standing.may_review,
    form=lambda data, initial, shown: ReviewForm(data, initial=initial),
    do=lambda deployment, seen, form, actor, now: deciding.review(
        deployment=deployment,
        seen_digest=seen,
        supported=form.cleaned_data["outcome"] == GIVEN,
        reason=form.cleaned_data["reason"],
        conditions=form.cleaned_data["conditions"],
        actor=actor,
        now=now,
    ),
    done=lambda form: (
        "Your review is recorded: you support this version."
        if form.cleaned_data["outcome"] == GIVEN
        else "Your review is recorded. The application is refused."
    ),
    more=lambda held, shown, now: {"due": held.due_in_writing(now)},
)

AUTHORISE = Act(
    name="authorise",
    may_ask=_may_authorise_any,
    fits=lambda held: held.waits_for_authority,
    may=Standing.may_authorise,
    form=lambda data, initial, shown: AuthoriseForm(
        data, initial=initial, acknowledgements=_acknowledgements(shown)
    ),
    do=lambda deployment, seen, form, actor, now: deciding.authorise(
        deployment=deployment,
        seen_digest=seen,
        given=form.cleaned_data["outcome"] == GIVEN,
        reason=form.cleaned_data["reason"],
        conditions=form.cleaned_data["conditions"],
        acknowledged=form.acknowledged_sentences,
        actor=actor,
        now=now,
    ),
    done=lambda form: (
        "The authority is recorded."
        if form.cleaned_data["outcome"] == GIVEN
        else "Your refusal is recorded."
    ),
    more=lambda held, shown, now: {
        "due": held.due_in_writing(now),
        "legal_frame": shown.profile.authorising.legal_frame,
    },
    asks_again=True,
)

ORAL = Act(
    name="oral",
    may_ask=_may_authorise_any,
    fits=lambda held: held.takes_oral_authority,
    may=Standing.may_authorise_orally,
    form=lambda data, initial, shown: OralForm(data, initial=initial),
    do=lambda deployment, seen, form, actor, now: deciding.authorise_orally(
        deployment=deployment,
        seen_digest=seen,
        given_at=form.cleaned_data["given_at"],
        reason=form.cleaned_data["reason"],
        actor=actor,
        now=now,
    ),
    done=lambda form: (
        "The oral authority is recorded. It was given on "
        f"{moment(form.cleaned_data['given_at'])}, and has to be put in writing."
    ),
    more=lambda held, shown, now: {
        "hours": held.version.urgent_written_hours,
        "legal_frame": shown.profile.authorising.legal_frame,
    },
    asks_again=True,
)

WITHDRAW = Act(
    name="withdraw",
    may_ask=_may_withdraw_any,
    fits=lambda held: held.has_authority_to_withdraw,
    may=Standing.may_withdraw,
    form=lambda data, initial, shown: WithdrawForm(data, initial=initial),
    do=lambda deployment, seen, form, actor, now: deciding.withdraw(
        deployment=deployment,
        seen_digest=seen,
        reason=form.cleaned_data["reason"],
        actor=actor,
        now=now,
    ),
    done=lambda form: "The authority is withdrawn.",
    more=lambda held, shown, now: {"is_live": held.deployment.state == states.LIVE},
    asks_again=True,
    shows_application=False,
)

READY = Act(
    name="ready",
    may_ask=rules.may_make_ready,
    fits=lambda held: held.deployment.state == states.AUTHORISED,
    may=lambda held, actor: rules.may_make_ready(actor),
    form=lambda data, initial, shown: ReadyForm(data, initial=initial),
    do=lambda deployment, seen, form, actor, now: lifecycle.make_ready(
        deployment=deployment, seen_digest=seen, actor=actor, now=now
    ),
    done=lambda form: "The deployment is ready.",
    more=_checklist,
    shows_application=False,
)
