"""Every address of the product, app by app."""

from django.urls import include, path

from overt.config import views, watching

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/", include("overt.accounts.urls")),
    path("accounts/", include("overt.accounts.factor_urls")),
    path("policy/", include("overt.policy.urls")),
    path("ledger/", include("overt.ledger.urls")),
    path("hotspots/", include("overt.hotspots.urls")),
    path("deployments/", include("overt.deployments.urls")),
    path("sessions/", include("overt.recognition.urls")),
    path("api/v1/", include("overt.recognition.api.urls")),
    path("health/live", watching.live, name="live"),
    path("health/ready", watching.ready, name="ready"),
    path("metrics", watching.metrics, name="metrics"),
    path("", include("overt.register.urls")),
]
