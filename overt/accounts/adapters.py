"""What allauth asks of the product: how a session begins, how factors are kept, in which words."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from . import lockout, services, sessions, totp
from .actors import Actor
from .forms import WRONG_LOGIN, WRONG_PASSKEY
from .models import User

WAYS = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use a code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}


# What is worth a banner of all that allauth has to say.
_SAID = {
    "mfa/messages/totp_activated.txt": "Your authenticator app is set up.",
    "mfa/messages/webauthn_added.txt": "Your passkey is added.",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        if message_template in _SAID:
            messages.success(request, _SAID[message_template])

    def get_client_ip(self, request: HttpRequest) -> str:
        return lockout.client_address(request) or ""

    def login(self, request: HttpRequest, user: User) -> None:
        with transaction.atomic():
            super().login(request, user)
            # A moment rather than an age: no later use of the session puts it off.
            request.session.set_expiry(
                timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
            )
            services.record_sign_in(
                user=user,
                means=sessions.means_of(request, user),
                actor=Actor.of_user(user),
                now=timezone.now(),
            )

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        messages.error(request, WRONG_LOGIN)
        return redirect("accounts:login")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        request = context.request
        return not sessions.confirmed_within(
            request, request.user, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        )

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        """With the second factor, where there is one: whoever sits down at a screen that was left
        open may have seen the password typed."""
        ways = [
            {**way, "description": WAYS.get(way["id"], way["description"])}
            for way in super().get_reauthentication_methods(user)
        ]
        factors = [way for way in ways if way["id"] != "reauthenticate"]
        return factors or ways


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_PASSKEY,
    }

    def build_totp_url(self, user: User, secret: str) -> str:
        return totp.address(secret, user.username)

    def encrypt(self, text: str) -> str:
        """So that a copy of the database alone is no second factor of anyone."""
        return _fernet().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: User, type: str) -> str:
        return "Passkey"


def _fernet() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"overt second factors")
    return Fernet(urlsafe_b64encode(key.derive(settings.SECRET_KEY.encode())))
