"""The groups that stand for the roles. They hold no permissions of Django's: rules decide."""

from typing import Any

from django.apps.registry import Apps
from django.apps.registry import apps as installed

from . import roles


def ensure_role_groups(*, using: str, apps: Apps = installed, **kwargs: Any) -> None:
    """Make the group of every role, after each `migrate` and `flush`, as Django does with its
    permissions. A role that is new in the code needs no migration of its own.
    """
    try:
        group = apps.get_model("auth", "Group")
    except LookupError:
        return  # migrated back to before the table
    for role in roles.ALL:
        group.objects.using(using).get_or_create(name=role)
