"""Signing in, codes, passkeys, a new password."""

from typing import Any

from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import get_totp_secret
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UsernameField
from django.core.exceptions import ValidationError
from django.utils import timezone

from . import lockout, services, totp
from .models import User

WRONG_LOGIN = "Enter the right username and password"
WRONG_CODE = "Enter a code that your app shows now and that you have not used yet"
WRONG_PASSKEY = "That did not work. Try again, or use another way."
NO_PASSKEY = "No passkey was given"


class SignInForm(AuthenticationForm):
    """Says the same whether the username is unknown, the password wrong or the account closed."""

    username = UsernameField(
        label="Username",
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
        error_messages={"required": "Enter your username"},
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": "Enter your password"},
    )

    def get_invalid_login_error(self) -> ValidationError:
        # Given to a field, so that the error summary has somewhere to lead to.
        return ValidationError({"username": WRONG_LOGIN})


def _code_field(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="Code",
        help_text=help_text,
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
        error_messages={"required": "Enter a code", "max_length": WRONG_CODE},
    )


class CodeForm(forms.Form):
    """The second step of signing in."""

    code = _code_field("The six digits that your app shows, or one of your recovery codes.")
    reauthenticated = False

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        used = services.use_code(user=self.user, code=code, now=timezone.now())
        if used is None:
            lockout.count_failure(context.request, self.user)
            raise ValidationError(WRONG_CODE)
        self.authenticator = used
        return code

    def save(self) -> None:
        post_authentication(
            context.request, self.authenticator, reauthenticated=self.reauthenticated
        )


class ConfirmingCodeForm(CodeForm):
    reauthenticated = True


class FirstCodeForm(forms.Form):
    """A code of the app that is being set up, to see that it has the secret. The secret waits in
    the session; a page that is opened anew has a new one."""

    code = _code_field("The six digits that your app now shows for Overt.")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.secret: str = get_totp_secret(regenerate=not self.is_bound)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        step = totp.accepted_step(self.secret, code, at=timezone.now(), last=None)
        if step is None:
            raise ValidationError(WRONG_CODE)
        self.step = step
        return code


# What fido2 raises for JSON that no browser sends.
_GARBLED = (AttributeError, KeyError, TypeError, ValueError)


class PasskeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """Adds a passkey. It is always one that can sign in by itself, and so always asks for the
    device's PIN or its like: whoever finds the key cannot use it."""

    name = forms.CharField(
        label="Name",
        help_text="To tell it from your others, such as “Blue security key”.",
        max_length=60,
        error_messages={"required": "Enter a name"},
    )
    credential = forms.JSONField(
        widget=forms.HiddenInput, error_messages={"required": NO_PASSKEY, "invalid": NO_PASSKEY}
    )
    passwordless = None

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            raise
        except _GARBLED as error:
            raise ValidationError(WRONG_PASSKEY) from error
        return cleaned


class PasskeyUseForm(webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step of signing in, with a passkey."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except ValidationError:
            raise
        except _GARBLED as error:
            raise ValidationError(WRONG_PASSKEY) from error


class ConfirmingPasskeyForm(PasskeyUseForm):
    reauthenticated = True


class PasskeySignInForm(PasskeyUseForm):
    """Both steps at once: the passkey names its account, and asked for the device's PIN or its
    like."""

    passwordless = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=None, **kwargs)


class NewPasswordForm(PasswordChangeForm):
    """Wrong guesses of the old password count towards the lockout."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": "Enter the password that you have now",
        "password_mismatch": "Enter the same new password twice",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, missing in (
            ("old_password", "Password that you have now", "Enter the password that you have now"),
            ("new_password1", "New password", "Enter a new password"),
            ("new_password2", "New password again", "Enter the new password again"),
        ):
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].widget.attrs.pop("autofocus", None)
            self.fields[name].error_messages["required"] = missing
        self.fields[
            "new_password1"
        ].help_text = (
            "At least 12 characters, not a common one. Three random words are a good start."
        )
