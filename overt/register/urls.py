"""Addresses of the public register, and of the codes on signs."""

from django.urls import path

from . import views

app_name = "register"
urlpatterns = [
    path("register/", views.notices, name="notices"),
    path("register/feed.atom", views.feed, name="feed"),
    path("register/notices.json", views.notices_json, name="notices_json"),
    path("register/<slug:reference>/", views.deployment, name="deployment"),
    path("register/<slug:reference>/notice.json", views.notice_json, name="notice_json"),
    path(
        "register/<slug:reference>/notices/<int:number>.json",
        views.earlier_notice_json,
        name="earlier_notice_json",
    ),
    path("signs/<slug:token>/", views.sign, name="sign"),
]
