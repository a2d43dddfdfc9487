"""Who is acting, in the form that services take and the ledger keeps."""

import os
from dataclasses import dataclass, field
from getpass import getuser

from .models import User
from .roles import ALL as KNOWN_ROLES


@dataclass(frozen=True)
class Actor:
    """`label` is what the ledger keeps: `user:ann` for an account, `command:import_crimes:ann`
    for a command run by the operating-system user `ann`, who already holds the database. `rank` is
    a value of `Rank`; a command has none."""

    label: str
    user_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    is_command: bool = False
    rank: str = ""
    is_active: bool = False

    @classmethod
    def of_user(cls, user: User) -> "Actor":
        """An account that is not in use has no roles. Being a superuser adds none."""
        held = user.groups.values_list("name", flat=True) if user.is_active else ()
        return cls(
            label=f"user:{user.get_username()}",
            user_id=user.pk,
            roles=frozenset(held) & frozenset(KNOWN_ROLES),
            rank=user.rank if user.is_active else "",
            is_active=user.is_active,
        )

    @classmethod
    def of_command(cls, command: str) -> "Actor":
        return cls(label=f"command:{command}:{_system_user()}", is_command=True)


def _system_user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # OSError from Python 3.13 on
        # As in a container that runs under a number that no account has.
        return f"uid-{os.getuid()}"
