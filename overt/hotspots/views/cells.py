"""One cell of an analysis: what was found there, how sure that is, in plain words."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from overt.hotspots.analysis.explain import explain
from overt.hotspots.models import Analysis
from overt.hotspots.outputs import figures, summary, whereabouts
from overt.hotspots.selectors import analyses as selectors


@require_safe
def cell(request: HttpRequest, pk: int, q: str, r: str) -> HttpResponse:
    analysis = get_object_or_404(Analysis.objects.select_related("area"), pk=pk)
    if not analysis.record:
        raise Http404("This analysis has no result.")
    record = selectors.record_of(analysis)
    found = selectors.cell_of(record, int(q), int(r))
    if found is None:
        raise Http404("The analysis has no such cell.")
    drawn: dict[str, Any] = {
        # Made by our own charts, which escape every value.
        name: mark_safe(markup)  # noqa: S308
        for name, markup in figures.of_cell(record, found).items()
    }
    return render(
        request,
        "hotspots/cell.html",
        {
            "analysis": analysis,
            "record": record,
            "cell": found,
            "figures": drawn,
            "ruling": summary.ruling(record),
            "place": whereabouts.with_places(record, [found], selectors.base_of(record))[0][
                "place"
            ],
            "explanation": explain(record, found),
            "circles": [
                circle for circle in record["circles"] if [int(q), int(r)] in circle["hexagons"]
            ],
        },
    )
