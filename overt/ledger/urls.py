from django.urls import path

from . import views

app_name = "ledger"
urlpatterns = [
    path("", views.entry_list, name="entries"),
    path("<int:seq>/", views.entry_page, name="entry"),
]
