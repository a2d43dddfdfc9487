"""What became of each alert, and the form in which an operator says so."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from overt.accounts.permissions import actor_of, require
from overt.recognition import rules, states
from overt.recognition.errors import FieldRefused, RecognitionError
from overt.recognition.forms import OutcomeForm
from overt.recognition.models import Alert, AlertOutcome, Judgement
from overt.recognition.selectors import alerts as selectors
from overt.recognition.services import outcomes
from overt.recognition.views.found import found, keep_read


@require_safe
@never_cache
def alerts(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Those that wait come first; or they alone."""
    session = found(session_id)
    keep_read(request, session, "recognition:alerts")
    only = request.GET.get("only") == "waiting"
    count, waiting = selectors.count(session)
    page, rows = selectors.page(session, only_waiting=only, number=request.GET.get("page"))
    context = {
        "session": session,
        "page": page,
        "rows": rows,
        "count": count,
        "waiting": waiting,
        "only_waiting": only,
        "query": "only=waiting&" if only else "",
        "may": session.state in states.RAN and rules.may_give_outcomes(actor_of(request)).allowed,
    }
    return render(request, "recognition/alerts.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: HttpRequest, session_id: UUID, name: str) -> HttpResponse:
    """The answer is to what the page showed: one that was given since makes it void."""
    actor = actor_of(request)
    require(rules.may_give_outcomes(actor))
    session = found(session_id)
    one = Alert.objects.filter(session=session, name=name).first()
    if one is None:
        raise Http404(f"There is no alert {name} of this session.")
    keep_read(request, session, "recognition:alert")
    history = selectors.history(one)
    last = history[-1] if history else None
    initial = selectors.answered(last) | {"seen": last.pk if last else None}
    form = OutcomeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        now, said = timezone.now(), form.cleaned_data
        known = last.decided_at if last and last.decision == said["decision"] else None
        try:
            outcomes.give(
                alert=one,
                decision=Judgement(said["decision"]),
                decided_at=form.decided_at(one.at) or known or now,
                engaged=said["engaged"],
                outcome=AlertOutcome(said["outcome"]),
                seen_report=said["seen"],
                reason=said["reason"],
                actor=actor,
                now=now,
            )
        except FieldRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        except RecognitionError as error:
            messages.error(request, str(error))
            return redirect("recognition:alert", session_id, name)
        else:
            messages.success(request, f"Recorded what came of alert {one.name}.")
            return redirect("recognition:alerts", session_id)
    context = {
        "session": session,
        "alert": one,
        "history": history,
        "is_correction": last is not None and bool(last.outcome),
        "decided_at": last.decided_at if last else None,
        "form": form,
    }
    return render(request, "recognition/alert.html", context, status=422 if form.errors else 200)
