"""Analyses: the list, a new one, its progress, its map and tables."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.accounts.permissions import actor_of, require
from overt.decisions import Decision
from overt.hotspots import rules
from overt.hotspots.forms import AnalysisForm
from overt.hotspots.models import Analysis
from overt.hotspots.models.analyses import State
from overt.hotspots.outputs import figures, summary, whereabouts
from overt.hotspots.outputs.geojson import Record
from overt.hotspots.selectors import analyses as selectors
from overt.hotspots.selectors import imports
from overt.hotspots.services import analyses as services
from overt.hotspots.services import jobs

UNFINISHED = (State.QUEUED, State.RUNNING)


@require_safe
def analyses(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "hotspots/analyses.html",
        {
            "page": selectors.page(request.GET.get("page")),
            "may_analyse": rules.may_analyse(actor_of(request)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def analysis_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require(rules.may_analyse(actor))
    form = AnalysisForm(request.POST or None, forces=imports.forces())
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                asked = services.request(
                    area=form.cleaned_data["area"],
                    wanted=form.wanted(),
                    profile=form.cleaned_data["profile"],
                    actor=actor,
                    now=timezone.now(),
                    requested_by=_account(request),
                )
                jobs.send(analysis=asked)
        except services.AnalysisRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            return redirect("hotspots:analysis", pk=asked.pk)
    return render(request, "hotspots/analysis_new.html", {"form": form})


@require_safe
def analysis(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress until there is an answer, then the answer."""
    found = get_object_or_404(Analysis.objects.select_related("area", "requested_by"), pk=pk)
    context: dict[str, Any] = {"analysis": found, "unfinished": found.state in UNFINISHED}
    if found.record:
        record = selectors.record_of(found)
        context |= _answer(found, record)
        context["may_publish"] = _may_publish(actor_of(request), found)
    return render(request, "hotspots/analysis.html", context)


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The fragment that the page of an unfinished analysis asks for every second."""
    found = get_object_or_404(Analysis.objects.defer("record"), pk=pk)
    unfinished = found.state in UNFINISHED
    response = render(
        request,
        "hotspots/partials/progress.html",
        {"analysis": found, "unfinished": unfinished},
    )
    if not unfinished:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    # Who may not publish even a fitting analysis is not told which ones there are.
    require(rules.may_publish(actor, state=State.DONE, is_published=False))
    found = get_object_or_404(Analysis, pk=pk)
    decision = _may_publish(actor, found)
    if decision.allowed:
        services.publish(analysis=found, actor=actor, now=timezone.now())
        messages.success(request, "The analysis is published. The ledger holds its digest.")
    else:
        messages.error(request, decision.reason)
    return redirect("hotspots:analysis", pk=pk)


def _account(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _may_publish(actor: Actor, found: Analysis) -> Decision:
    return rules.may_publish(actor, state=found.state, is_published=found.published_at is not None)


def _answer(found: Analysis, record: Record) -> dict[str, Any]:
    beneath = selectors.base_of(record)
    shown: dict[str, Any] = {
        "record": record,
        "verdict": summary.verdict(record),
        "caveats": summary.caveats(record),
        "populations": summary.populations(record),
        "cells": whereabouts.with_places(record, summary.listed_cells(record), beneath),
        "circles": whereabouts.with_places(record, record["circles"], beneath),
        "edge_cells": summary.edge_cells(record),
        # Made by our own charts, which escape every value.
        "figures": {
            name: mark_safe(markup)  # noqa: S308
            for name, markup in figures.of_area(record).items()
        },
    }
    if record["cells"]:
        from overt.hotspots.outputs import maps  # folium: a second to load

        cell_url = reverse("hotspots:cell", kwargs={"pk": found.pk, "q": 0, "r": 0})
        shown["map"] = maps.page_map(
            record,
            base_url=reverse("hotspots:base_geojson", kwargs={"pk": found.pk}),
            hotspots_url=reverse("hotspots:hotspots_geojson", kwargs={"pk": found.pk}),
            cell_url=cell_url.replace("0,0", "{q},{r}"),
        )
    return shown
