"""Addresses of the public register, and of the codes on signs."""

from django.urls import path

from .views import notices, records

app_name = "register"
urlpatterns = [
    path("register/", notices.notices, name="notices"),
    path("register/feed.atom", notices.feed, name="feed"),
    path("register/notices.json", notices.notices_json, name="notices_json"),
    path("register/records/", records.years, name="years"),
    path("register/records/<int:year>/", records.year, name="year"),
    path("register/records/<int:year>.csv", records.year_csv, name="year_csv"),
    path("register/records/<int:year>.json", records.year_json, name="year_json"),
    path("register/records/<int:year>/totals/", records.totals, name="totals"),
    path("register/records/<int:year>/totals.csv", records.totals_csv, name="totals_csv"),
    path("register/records/<int:year>/totals.json", records.totals_json, name="totals_json"),
    path("register/<slug:reference>/", notices.deployment, name="deployment"),
    path("register/<slug:reference>/notice.json", notices.notice_json, name="notice_json"),
    path(
        "register/<slug:reference>/notices/<int:number>.json",
        notices.earlier_notice_json,
        name="earlier_notice_json",
    ),
    path("register/<slug:reference>/record.json", records.record_json, name="record_json"),
    path("register/<slug:reference>/record.csv", records.record_csv, name="record_csv"),
    path(
        "register/<slug:reference>/records/<int:number>.json",
        records.earlier_record,
        name="earlier_record",
    ),
    path("signs/<slug:token>/", notices.sign, name="sign"),
]
