"""Printed papers: application, authority, briefing pack."""

from django.urls import URLPattern, path

from overt.deployments.views import papers

_VERSION = "<str:reference>/versions/<int:number>/"

urlpatterns: list[URLPattern] = [
    path(f"{_VERSION}application.pdf", papers.application_pdf, name="application_pdf"),
    path(f"{_VERSION}authority.pdf", papers.authority_pdf, name="authority_pdf"),
    path("<str:reference>/briefing.pdf", papers.briefing_pdf, name="briefing_pdf"),
]
