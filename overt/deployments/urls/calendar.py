"""The calendar and its feeds."""

from django.urls import URLPattern, path

from overt.deployments.views import calendar

urlpatterns: list[URLPattern] = [
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/feed/", calendar.feed, name="calendar_feed"),
    path("calendar/feed/<str:token>.ics", calendar.feed_file, name="calendar_feed_file"),
    path("equipment/", calendar.equipment, name="equipment"),
    path("<str:reference>/calendar.ics", calendar.entry, name="calendar_entry"),
]
