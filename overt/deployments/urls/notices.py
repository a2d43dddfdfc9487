"""The notice: preview, publication, history, cancellation."""

from django.urls import URLPattern, path

from overt.deployments.views import notices

urlpatterns: list[URLPattern] = [
    path("<slug:reference>/notice/", notices.notice, name="notice"),
    path("<slug:reference>/notice/cancel/", notices.cancel, name="notice_cancel"),
]
