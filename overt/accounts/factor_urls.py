"""The pages of allauth that Overt has, under the names by which allauth finds them.

Signing up, mail, resetting a password by mail and everything else that it offers have no address.
"""

from django.urls import path

from .views import factors, signing_in

urlpatterns = [
    path("login/", signing_in.SignIn.as_view(), name="account_login"),
    path("login/second/", signing_in.Challenge.as_view(), name="mfa_authenticate"),
    path("login/passkey/", signing_in.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("confirm/", factors.ConfirmByPassword.as_view(), name="account_reauthenticate"),
    path("confirm/code/", factors.ConfirmByCode.as_view(), name="mfa_reauthenticate"),
    path(
        "confirm/passkey/",
        factors.ConfirmByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("factors/", factors.Factors.as_view(), name="mfa_index"),
    path("factors/app/", factors.AddApp.as_view(), name="mfa_activate_totp"),
    path("factors/app/remove/", factors.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("factors/passkeys/add/", factors.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "factors/passkeys/<int:pk>/remove/",
        factors.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("factors/codes/", factors.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path(
        "factors/codes/new/",
        factors.NewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
]
