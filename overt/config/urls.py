"""Every address of the product, app by app."""

from django.urls import include, path

from overt.config import views

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/", include("overt.accounts.urls")),
    path("policy/", include("overt.policy.urls")),
    path("ledger/", include("overt.ledger.urls")),
    path("hotspots/", include("overt.hotspots.urls")),
]
