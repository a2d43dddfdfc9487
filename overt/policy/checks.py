"""System checks: every profile can be read, and the active one is among them."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from . import profiles


@register
def profiles_can_be_read(**kwargs: Any) -> Sequence[CheckMessage]:
    """One error for each problem of each file in POLICY_DIR."""
    found: list[CheckMessage] = []
    for name in profiles.available():
        try:
            profiles.load(name)
        except profiles.ProfileError as error:
            found += [Error(f"{error.origin}: {it}", id="policy.E001") for it in error.problems]
    return found


@register
def active_profile_exists(**kwargs: Any) -> Sequence[CheckMessage]:
    """An error when no file in POLICY_DIR has the name that POLICY_PROFILE gives."""
    names = profiles.available()
    if settings.POLICY_PROFILE in names:
        return []
    return [
        Error(
            f"The active policy profile {settings.POLICY_PROFILE!r} is not in "
            f"{settings.POLICY_DIR}.",
            hint=f"Set OVERT_POLICY to one of: {', '.join(names) or 'none is there'}.",
            id="policy.E002",
        )
    ]
