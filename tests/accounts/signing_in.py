"""Signs a test's client in without the sign-in pages, which have tests of their own."""

import time

from django.test import Client

from overt.accounts.models import User


def sign_in(client: Client, user: User) -> None:
    """As though `user` had given password and second factor.

    `client.force_login` alone leaves a session that used none: what roles.SECOND_FACTOR_REQUIRED
    names may reach nothing with it.
    """
    client.force_login(user)
    session = client.session
    # As allauth notes it (allauth.account.internal.flows.login.record_authentication).
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "at": time.time()}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
