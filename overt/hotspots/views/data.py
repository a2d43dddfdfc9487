"""What data there is, what is missing from it, and what each file's import reported."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from overt.hotspots.crimes.quality import REASONS_IN_WORDS
from overt.hotspots.crimes.read import Reason
from overt.hotspots.selectors import crimes, imports
from overt.policy import profiles


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Forces, coverage of one of them (`?force=`), imports and boundaries."""
    forces = imports.forces()
    chosen = request.GET.get("force") or (forces[0].force if forces else "")
    if chosen and chosen not in {force.force for force in forces}:
        raise Http404("There is no data of this force.")
    profile = profiles.load()
    return render(
        request,
        "hotspots/data.html",
        {
            "forces": forces,
            "chosen": chosen,
            "heat": imports.heat_table(chosen, profile=profile) if chosen else None,
            "quality": profile.quality,
            "files": imports.files_page(request.GET.get("page")),
            "totals": imports.import_totals(),
            "areas": imports.areas(),
        },
    )


@require_safe
def crime_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One file's data-quality report."""
    found = crimes.file_with_report(pk)
    if found is None:
        raise Http404("There is no such file.")
    report = found.report
    categories = sorted({name for counts in report["by_month"].values() for name in counts})
    return render(
        request,
        "hotspots/crime_file.html",
        {
            "file": found,
            "report": report,
            "set_aside": [
                (REASONS_IN_WORDS[Reason(reason)], rows)
                for reason, rows in report["set_aside"].items()
            ],
            "months": [
                (month, [counts.get(name, 0) for name in categories], sum(counts.values()))
                for month, counts in sorted(report["by_month"].items())
            ],
            "categories": categories,
        },
    )
