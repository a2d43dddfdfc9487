"""Second factors of one's own account. allauth's views, each with an entry in the ledger."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import IndexView
from allauth.mfa.base.views import ReauthenticateView as CodeReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from overt.accounts import lockout, services, sessions
from overt.accounts.forms import WRONG_PASSKEY
from overt.accounts.permissions import account_of, actor_of
from overt.accounts.rules import may_remove_factor
from overt.accounts.verbs import Factor

_METHODS = ["get", "head", "post"]


class Factors(IndexView):  # type: ignore[misc]
    template_name = "mfa/index.html"
    http_method_names = ["get", "head"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = account_of(self.request)
        decision = sessions.decision(self.request, user)
        count = Authenticator.objects.filter(user=user).exclude(type="recovery_codes").count()
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "held_back": "" if decision.allowed else decision.reason,
            "may_remove": may_remove_factor(actor_of(self.request).roles, others=count - 1),
        }


class _Adds:
    """What both kinds of factor have in common when they are set up."""

    request: HttpRequest
    factor: Factor

    def form_valid(self, form: Form) -> HttpResponse:
        user = account_of(self.request)
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            added = services.record_factor_added(
                user=user,
                factor=self.factor,
                actor=actor_of(self.request),
                now=timezone.now(),
                step=getattr(form, "step", None),
            )
        # Whoever sets a factor up has just shown to hold it.
        record_authentication(self.request, user, "mfa", id=added.pk, type=added.type)
        return answer


class AddApp(_Adds, ActivateTOTPView):  # type: ignore[misc]
    template_name = "mfa/totp/activate_form.html"
    http_method_names = _METHODS
    factor: Factor = "totp"


class AddPasskey(_Adds, AddWebAuthnView):  # type: ignore[misc]
    template_name = "mfa/webauthn/add_form.html"
    http_method_names = _METHODS
    factor: Factor = "webauthn"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = auth.begin_registration(self.request.user, passwordless=True)
        host = self.request.get_host().rpartition(":")[0] or self.request.get_host()
        return context | {
            "js_data": {"creation_options": options},
            # Browsers keep passkeys for names, not for addresses.
            "by_address": lockout.is_address(host.strip("[]")),
        }


class _Removes:
    request: HttpRequest

    def _remove(self, factor: Authenticator) -> HttpResponse:
        user = account_of(self.request)
        services.remove_factor(
            user=user, pk=factor.pk, actor=actor_of(self.request), now=timezone.now()
        )
        messages.success(self.request, "Your second factor is removed.")
        return redirect("mfa_index")


class RemoveApp(_Removes, DeactivateTOTPView):  # type: ignore[misc]
    template_name = "mfa/totp/deactivate_form.html"
    http_method_names = _METHODS

    def form_valid(self, form: Form) -> HttpResponse:
        return self._remove(self.authenticator)


class RemovePasskey(_Removes, RemoveWebAuthnView):  # type: ignore[misc]
    template_name = "mfa/webauthn/authenticator_confirm_delete.html"
    http_method_names = _METHODS

    def form_valid(self, form: Form) -> HttpResponse:
        return self._remove(self.get_object())


class RecoveryCodes(ViewRecoveryCodesView):  # type: ignore[misc]
    template_name = "mfa/recovery_codes/index.html"
    http_method_names = ["get", "head"]


class NewRecoveryCodes(GenerateRecoveryCodesView):  # type: ignore[misc]
    template_name = "mfa/recovery_codes/generate.html"
    http_method_names = _METHODS

    def form_valid(self, form: Form) -> HttpResponse:
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)
            services.record_recovery_codes_made(
                user=account_of(self.request), actor=actor_of(self.request), now=timezone.now()
            )
        return answer


class _Confirms:
    """Asking again, before something that matters, whether it is still the same person."""

    http_method_names = _METHODS

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if lockout.is_locked(request, account_of(request)):
            return lockout.locked_page(request)
        answer: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        return answer


class ConfirmByPassword(_Confirms, ReauthenticateView):  # type: ignore[misc]
    template_name = "mfa/confirm_password.html"


class ConfirmByCode(_Confirms, CodeReauthenticateView):  # type: ignore[misc]
    template_name = "mfa/reauthenticate.html"


class ConfirmByPasskey(_Confirms, ReauthenticateWebAuthnView):  # type: ignore[misc]
    template_name = "mfa/webauthn/reauthenticate.html"

    def form_invalid(self, form: Form) -> HttpResponse:
        messages.error(self.request, WRONG_PASSKEY)
        return redirect(self.request.get_full_path())
