"""Addresses of the deployment pages, one module per part."""

from . import application, calendar, decisions, notices, papers, signs

app_name = "deployments"
urlpatterns = [
    *calendar.urlpatterns,
    *decisions.urlpatterns,
    *signs.urlpatterns,
    *notices.urlpatterns,
    *application.urlpatterns,
    *papers.urlpatterns,
]
