"""Addresses of the hotspot pages and downloads."""

from django.urls import path, re_path

from .views import analyses, cells, comparison, data, downloads

app_name = "hotspots"
urlpatterns = [
    path("data/", data.data, name="data"),
    path("data/files/<int:pk>/", data.crime_file, name="crime_file"),
    path("analyses/", analyses.analyses, name="analyses"),
    path("analyses/new/", analyses.analysis_new, name="analysis_new"),
    path("analyses/<int:pk>/", analyses.analysis, name="analysis"),
    path("analyses/<int:pk>/progress/", analyses.progress, name="progress"),
    path("analyses/<int:pk>/publish/", analyses.publish, name="publish"),
    path("analyses/<int:pk>/analysis.json", downloads.analysis_json, name="analysis_json"),
    path("analyses/<int:pk>/hotspots.geojson", downloads.hotspots_geojson, name="hotspots_geojson"),
    path("analyses/<int:pk>/base.geojson", downloads.base_geojson, name="base_geojson"),
    path("analyses/<int:pk>/hotspots.csv", downloads.hotspots_csv, name="hotspots_csv"),
    path("analyses/<int:pk>/map.html", downloads.map_html, name="map_html"),
    path("analyses/<int:pk>/evidence.pdf", downloads.evidence_pdf, name="evidence_pdf"),
    path("comparison/", comparison.comparison, name="comparison"),
    path("comparison/comparison.csv", comparison.comparison_csv, name="comparison-csv"),
    re_path(
        r"^analyses/(?P<pk>[0-9]{1,18})/cells/(?P<q>-?[0-9]{1,9}),(?P<r>-?[0-9]{1,9})/$",
        cells.cell,
        name="cell",
    ),
]
