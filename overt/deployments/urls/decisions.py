"""Review, authority, withdrawal, readiness."""

from django.urls import URLPattern, path

from overt.deployments.views import decisions

urlpatterns: list[URLPattern] = [
    path("to-decide/", decisions.to_decide, name="to_decide"),
    path("<str:reference>/review/", decisions.review, name="review"),
    path("<str:reference>/authorise/", decisions.authorise, name="authorise"),
    path("<str:reference>/oral-authority/", decisions.oral, name="oral"),
    path("<str:reference>/withdraw/", decisions.withdraw, name="withdraw"),
    path("<str:reference>/ready/", decisions.ready, name="ready"),
]
