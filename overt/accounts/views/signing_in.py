"""Signing in and out: a password and then a second factor, or a passkey."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode

from overt.accounts import lockout
from overt.accounts.forms import WRONG_PASSKEY, SignInForm
from overt.accounts.models import User

# In a sign-in that waits for its second step: what its account's sessions had to hold when the
# password was given.
_HELD = "session_hash"


class SignIn(LoginView):
    """Gives no session yet where the account has a second factor: allauth's stages ask for it."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    extra_context = {
        "session_hours": settings.SESSION_COOKIE_AGE // 3600,
        "idle_minutes": settings.SESSION_IDLE_MINUTES,
    }

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        login = Login(
            user=user,
            # Checked to be an address of this site; empty when it was not.
            redirect_url=self.get_redirect_url() or self.get_default_redirect_url(),
            state={_HELD: user.get_session_auth_hash()},
        )
        answer: HttpResponse = perform_password_login(self.request, {}, login)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        idle = self.request.GET.get("ended") == "idle"
        return super().get_context_data(**kwargs) | {"ended_for_idleness": idle}


class Challenge(AuthenticateView):  # type: ignore[misc]
    """The second step. Nobody has a session before it."""

    template_name = "mfa/authenticate.html"
    http_method_names = ["get", "head", "post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        login = self.stage.login
        if not _still_good(login):
            self.stage.abort()
            return redirect("accounts:login")
        if lockout.is_locked(request, login.user):
            return lockout.locked_page(request)
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def _build_forms(self) -> Any:
        # A request that is about to be refused must use up no code.
        login = self.stage.login
        if not _still_good(login) or lockout.is_locked(self.request, login.user):
            return None
        return super()._build_forms()


class PasskeySignIn(LoginWebAuthnView):  # type: ignore[misc]
    """GET for a script: what the browser asks a passkey. POST: its answer."""

    http_method_names = ["get", "head", "post"]

    def form_invalid(self, form: Form) -> HttpResponse:
        messages.error(self.request, WRONG_PASSKEY)
        following = self.request.POST.get("next", "")
        query = f"?{urlencode({'next': following})}" if following else ""
        return redirect(f"{reverse('accounts:login')}{query}")


class SignOut(LogoutView):
    """POST only: a link on another site cannot sign anyone out."""


def _still_good(login: Login) -> bool:
    """Whether the account is as it was when its password was given."""
    user: User | None = login.user
    return (
        user is not None
        and user.is_active
        and constant_time_compare(login.state.get(_HELD, ""), user.get_session_auth_hash())
    )
