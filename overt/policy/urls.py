from django.urls import path

from . import views

app_name = "policy"
urlpatterns = [
    path("", views.profile_list, name="profiles"),
    path("<slug:name>/", views.profile_page, name="profile"),
]
