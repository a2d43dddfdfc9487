"""The sign-in form."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.core.exceptions import ValidationError


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
        return ValidationError({"username": "Enter the right username and password"})
