"""What is read of accounts."""

import json
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.db.models import Exists, OuterRef, QuerySet

from overt.ledger import selectors as ledger
from overt.ledger.models import Entry

from . import roles, totp
from .models import User
from .verbs import SIGNED_IN

_SIGN_INS_SHOWN = 20
_MEANS = {
    "password": "password",
    "totp": "authenticator app",
    "webauthn": "passkey",
    "recovery_codes": "recovery code",
}


def people() -> QuerySet[User]:
    """Every account, by name, with `has_factor` and its groups."""
    factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    return (
        User.objects.annotate(has_factor=Exists(factors))
        .prefetch_related("groups")
        .order_by("first_name", "last_name", "username")
    )


def roles_of(user: User) -> list[str]:
    """The roles an account has, in the order of `roles.ALL`."""
    held = set(user.groups.values_list("name", flat=True))
    return [role for role in roles.ALL if role in held]


def factors_of(user: User) -> list[str]:
    """The kinds of second factor that an account has set up, in words."""
    kinds = Authenticator.objects.filter(user=user).values_list("type", flat=True)
    return sorted({_MEANS[kind] for kind in kinds if kind != Authenticator.Type.RECOVERY_CODES})


def history(user: User) -> list[tuple[Entry, str]]:
    """The last sign-ins of an account, newest first, each with its means in words."""
    entries = ledger.entries(verb=SIGNED_IN.name, subject=f"account:{user.username}")
    return [
        (entry, " and ".join(_MEANS[means] for means in json.loads(entry.payload)["means"]))
        for entry in entries[:_SIGN_INS_SHOWN]
    ]


def totp_code(username: str, *, at: datetime) -> str | None:
    """The code that the authenticator app of an account shows at `at`; None where it has none.

    For trying Overt out: whoever asks holds the database and the key, and needs no code.
    """
    app = Authenticator.objects.filter(
        user__username=username, type=Authenticator.Type.TOTP
    ).first()
    return None if app is None else totp.code_at(decrypt(app.data["secret"]), at)
