"""No admin site, no rights of Django's own, and no page that changes what anyone may do."""

import pytest
from allauth.account import app_settings as allauth
from django.apps import apps
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from overt.accounts import roles
from overt.accounts.actors import Actor
from overt.accounts.models import User
from tests.accounts.making import PASSWORD, account
from tests.accounts.signing_in import sign_in
from tests.accounts.test_url_roles import TABLE, addresses


def test_there_is_no_admin_site() -> None:
    assert not [app.name for app in apps.get_app_configs() if "admin" in app.name]
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")
    assert not [path for _, path in addresses(get_resolver().url_patterns) if "admin" in path]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/", "/accounts/signup/", "/accounts/password/reset/"])
def test_nothing_is_at_the_usual_addresses(path: str, client: Client) -> None:
    assert client.get(path).status_code == 404


def test_of_allauth_there_is_only_what_the_table_lists() -> None:
    known = {name for name in TABLE if name.startswith(("account_", "mfa_", "socialaccount"))}
    assert not [name for name in known if "signup" in name or "email" in name or "reset" in name]
    assert {name for name in known if name.startswith("account_")} == {
        "account_login",
        "account_reauthenticate",
    }
    assert not allauth.LOGIN_BY_CODE_ENABLED


@pytest.mark.django_db
def test_a_superuser_with_every_permission_of_django_s_holds_no_role() -> None:
    boss = User.objects.create_superuser("boss", password=PASSWORD)
    boss.user_permissions.set(Permission.objects.all())
    actor = Actor.of_user(boss)
    assert actor.roles == frozenset()
    assert not actor.is_command


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [*roles.ALL, "superuser"])
def test_no_address_changes_what_an_account_may_do(kind: str, client: Client) -> None:
    """Sends to every address what a form about an account would send, as everyone."""
    victim = account("victim", roles.ANALYST)
    boss = account("boss", *([kind] if kind in roles.ALL else []))
    boss.is_superuser = kind == "superuser"
    boss.save()
    form = {
        "username": "victim",
        "user": str(victim.pk),
        "groups": ["1", "2", "3", "4", "5", "6"],
        "roles": list(roles.ALL),
        "role": roles.AUTHORISING_OFFICER,
        "rank": "chief_officer",
        "unit": "HQ",
        "is_superuser": "on",
        "is_staff": "on",
        "is_active": "",
    }
    before = _rights()
    for name, line in TABLE.items():
        if name == "accounts:logout":
            continue
        sign_in(client, boss)
        client.post(reverse(name, kwargs=line.get("kwargs")), form)
    assert _rights() == before


def _rights() -> list[tuple[object, ...]]:
    fields = "username", "rank", "unit", "is_active", "is_superuser", "is_staff", "password"
    return [
        (
            *(getattr(user, name) for name in fields),
            *user.groups.order_by("name").values_list("name", flat=True),
        )
        for user in User.objects.order_by("pk")
    ]
