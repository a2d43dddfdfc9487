"""Addresses for systems, under /api/v1/."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

from . import (
    schema,  # noqa: F401 - drf-spectacular finds what it has in a module that is loaded
    views,
)

app_name = "api"
urlpatterns = [
    path("sessions", views.Sessions.as_view(), name="sessions"),
    path("sessions/<uuid:session_id>/manifest", views.Manifest.as_view(), name="manifest"),
    path("sessions/<uuid:session_id>/permit", views.Permit.as_view(), name="permit"),
    path("sessions/<uuid:session_id>/batches", views.Batches.as_view(), name="batches"),
    path("permit-keys", views.PermitKeys.as_view(), name="permit_keys"),
    path("openapi.json", login_not_required(SpectacularJSONAPIView.as_view()), name="openapi"),
    path("schemas/<slug:name>.json", views.Schema.as_view(), name="schema"),
    # Also a session whose name is no UUID: refused as everything of the interface is.
    path("<path:rest>", views.Nothing.as_view(), name="nothing"),
]
