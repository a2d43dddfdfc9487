"""Pages of sessions, under /sessions/."""

from django.urls import path

from .views import account, alerts, sessions, stopping

app_name = "recognition"
urlpatterns = [
    path("", sessions.sessions, name="sessions"),
    path("jobs/", sessions.jobs, name="jobs"),
    path("<uuid:session_id>/", sessions.session, name="session"),
    path("<uuid:session_id>/now/", sessions.now, name="now"),
    path("<uuid:session_id>/permits/", sessions.permits, name="permits"),
    path("<uuid:session_id>/stop/", stopping.stop, name="stop"),
    path("<uuid:session_id>/stopped/", stopping.stopped, name="stopped"),
    path("<uuid:session_id>/alerts/", alerts.alerts, name="alerts"),
    path("<uuid:session_id>/alerts/<slug:name>/", alerts.alert, name="alert"),
    path("<uuid:session_id>/account/", account.account, name="account"),
    path("<uuid:session_id>/account/explain/", account.explain, name="explain"),
    path("<uuid:session_id>/account/seeded-test/", account.seed, name="seed"),
    path("<uuid:session_id>/account/reconcile/", account.reconcile, name="reconcile"),
    path("<uuid:session_id>/account/publish/", account.publish, name="publish"),
]
