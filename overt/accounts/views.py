"""Signing in and out."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponse
from django.utils import timezone

from .forms import SignInForm


class SignIn(LoginView):
    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    extra_context = {"session_hours": settings.SESSION_COOKIE_AGE // 3600}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        # A moment rather than an age: no later use of the session puts it off.
        self.request.session.set_expiry(
            timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        )
        return response


class SignOut(LogoutView):
    """POST only: a link on another site cannot sign anyone out."""
