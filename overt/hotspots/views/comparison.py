"""Boroughs compared by count and rate, and claims about them checked."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from overt.hotspots.areas import facts
from overt.hotspots.comparison.claim_text import ClaimNotUnderstood
from overt.hotspots.comparison_form import ComparisonForm
from overt.hotspots.outputs import comparison as outputs
from overt.hotspots.selectors import comparison_page
from overt.hotspots.selectors.comparison_page import ComparisonPage


@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    """The comparison that the query asks for, and the claim in it, if any, checked."""
    form = _form(request)
    if form is None:
        return render(request, "hotspots/comparison.html", {"form": None})
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        page = _page(form)
        place = form.places[form.cleaned_data["region"]]
        chart = outputs.bars(
            page.comparison,
            ident="rates",
            title="Rate per 1,000 residents, by borough",
            chosen=form.cleaned_data["area"],
        )
        context |= {
            "page": page,
            "region": facts.regions()[place.region],
            # Every value in the chart was escaped by outputs.svg.
            "chart": mark_safe(chart),  # noqa: S308
            "query": request.GET.urlencode(),
        }
        if form.cleaned_data["claim"]:
            context["check"] = _check(form)
    return render(request, "hotspots/comparison.html", context, status=400 if form.errors else 200)


@require_safe
def comparison_csv(request: HttpRequest) -> HttpResponse:
    """The same comparison as CSV."""
    form = _form(request)
    if form is None or not form.is_valid():
        raise Http404("There is no such comparison.")
    found = _page(form).comparison
    name = f"boroughs-{found.period.first}-{found.period.last}.csv"
    return HttpResponse(
        outputs.to_csv(found),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, name) or ""},
    )


def _form(request: HttpRequest) -> ComparisonForm | None:
    sources = comparison_page.sources()
    places = comparison_page.regions(sources)
    if not places:
        return None
    return ComparisonForm(request.GET.dict(), places=places, sources=sources)


def _page(form: ComparisonForm) -> ComparisonPage:
    chosen = form.cleaned_data
    return comparison_page.comparison_page(
        form.sources[chosen["source"]],
        places=form.places[chosen["region"]],
        period=chosen["period"],
        category=chosen["category"] or None,
        area=chosen["area"],
    )


def _check(form: ComparisonForm) -> Any:
    chosen = form.cleaned_data
    counts = form.sources[chosen["source"]]
    try:
        return comparison_page.check_claim(
            chosen["claim"],
            chosen=counts,
            others=[other for other in form.sources.values() if other is not counts],
            places=form.places[chosen["region"]],
            area=chosen["area"],
        )
    except ClaimNotUnderstood as error:
        form.add_error("claim", str(error))
        return None
