"""Signs: plan, state board, papers, the page on the street."""

from django.urls import URLPattern, path

from overt.deployments.views import signs

urlpatterns: list[URLPattern] = [
    path("signs/<str:token>/", signs.sign_on_street, name="sign_on_street"),
    path("<slug:reference>/signs/", signs.signs, name="signs"),
    path("<slug:reference>/signs/board/", signs.signs_board, name="signs_board"),
    path("<slug:reference>/signs/<int:pk>/", signs.sign, name="sign"),
    path("<slug:reference>/signs/all-<slug:sheet>.pdf", signs.signs_print, name="signs_print"),
    path("<slug:reference>/signs/<int:pk>-<slug:sheet>.pdf", signs.sign_print, name="sign_print"),
]
