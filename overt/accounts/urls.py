from django.urls import path

from .views import people, signing_in

app_name = "accounts"
urlpatterns = [
    path("login/", signing_in.SignIn.as_view(), name="login"),
    path("logout/", signing_in.SignOut.as_view(), name="logout"),
    path("me/", people.me, name="me"),
    path("password/", people.password, name="password"),
    path("people/", people.people, name="people"),
]
