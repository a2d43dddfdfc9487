"""Accounts for tests, and what their phones show."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import Group
from django.utils import timezone

from overt.accounts import services, totp
from overt.accounts.actors import Actor
from overt.accounts.models import User

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PASSWORD = "a long and quiet river"
COMMAND = Actor.of_command("create_account")


def account(username: str, *roles: str, rank: str = "inspector") -> User:
    user = User.objects.create_user(
        username, password=PASSWORD, first_name=username.title(), rank=rank
    )
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def app_of(user: User) -> str:
    """Sets up an authenticator app for `user` and returns its secret."""
    return services.set_up_totp(user=user, actor=COMMAND, now=timezone.now())


def code(secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or `steps` times 30 seconds later."""
    return totp.code_at(secret, timezone.now() + timedelta(seconds=steps * totp.STEP_S))
