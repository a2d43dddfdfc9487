"""Every address with every kind of account, held against the table in url_roles.toml."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from overt.accounts import roles
from overt.accounts.models import User
from tests.accounts.making import account, app_of
from tests.accounts.signing_in import sign_in

TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("url_roles.toml").read_text(encoding="utf-8")
)
METHODS = ("get", "post")
NOT_SIGNED_IN = ("nobody", "account not in use")
# Answered before anyone looks who asks: they say the same to everyone.
KNOW_NO_ACCOUNT = {"live", "ready", "metrics"}
WITHOUT_ROLE = ("no role", "superuser without a role")
KINDS = (*NOT_SIGNED_IN, *WITHOUT_ROLE, *roles.ALL)

SIGN_IN = f"{reverse('accounts:login')}?next="


def addresses(
    patterns: list[URLPattern | URLResolver], namespace: str = ""
) -> Iterator[tuple[str | None, str]]:
    """Name and path of every address under `patterns`."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner)
        else:
            yield (f"{namespace}{pattern.name}" if pattern.name else None, str(pattern.pattern))


class Visitor:
    """Someone of one kind who asks for addresses, each time with a session of its own."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.client = Client()
        if kind == "nobody":
            return
        self.user = User.objects.create(
            username="ann", is_superuser=kind == "superuser without a role"
        )
        if kind in roles.ALL:
            self.user.groups.add(Group.objects.get(name=kind))

    def outcome(self, name: str, method: str) -> str:
        """What comes of asking: "sign in", "unsigned", "refused", "closed" or "reached"."""
        self._begin_session()
        address = reverse(name, kwargs=TABLE[name].get("kwargs"))
        response = self.client.generic(method.upper(), address)
        if response.status_code == 302 and response.headers["Location"].startswith(SIGN_IN):
            return "sign in"
        return {401: "unsigned", 403: "refused", 405: "closed"}.get(response.status_code, "reached")

    def _begin_session(self) -> None:
        self.client.cookies.clear()
        if self.kind == "nobody":
            return
        self.user.is_active = True
        sign_in(self.client, self.user)
        if self.kind == "account not in use":
            # Closed after signing in: the session it still has must be worth nothing.
            User.objects.filter(pk=self.user.pk).update(is_active=False)


def expected(kind: str, name: str, method: str) -> set[str]:
    who = TABLE[name].get(method)
    if who is None:
        return {"closed", "refused", "sign in", "unsigned"}
    if who == "systems":
        return {"unsigned"}
    if who == "everyone":
        return {"reached"}
    if kind in NOT_SIGNED_IN:
        return {"sign in"}
    return {"reached"} if who == "signed in" or kind in who else {"refused"}


def test_every_address_has_a_name_and_a_line_in_the_table() -> None:
    found = list(addresses(get_resolver().url_patterns))
    assert [path for name, path in found if name is None] == []
    assert {name for name, _ in found} == set(TABLE)


def test_the_table_names_only_what_exists() -> None:
    for name, line in TABLE.items():
        assert set(line) <= {"kwargs", *METHODS}, name
        for method in METHODS:
            who = line.get(method, [])
            assert who in ("everyone", "signed in", "systems") or set(who) <= set(roles.ALL), (
                name,
                who,
            )


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_an_account_reaches_what_the_table_says_and_no_more(kind: str) -> None:
    visitor = Visitor(kind)
    differences = {
        (name, method): found
        for name in TABLE
        for method in METHODS
        if (found := visitor.outcome(name, method)) not in expected(kind, name, method)
    }
    assert differences == {}


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(roles.SECOND_FACTOR_REQUIRED))
@pytest.mark.parametrize(
    ("has_app", "led_to", "still_open"),
    [
        (
            False,
            "mfa_index",
            {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"},
        ),
        (True, "mfa_reauthenticate", {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}),
    ],
)
def test_a_session_without_its_second_factor_reaches_only_what_gets_it_one(
    role: str, has_app: bool, led_to: str, still_open: set[str]
) -> None:
    user = account("ann", role)
    if has_app:
        app_of(user)
    client = Client()
    reached = set()
    for name, line in TABLE.items():
        for method in METHODS:
            client.force_login(user)
            address = reverse(name, kwargs=line.get("kwargs"))
            response = client.generic(method.upper(), address)
            led = response.headers.get("Location", "").startswith(f"{reverse(led_to)}?next=")
            if not (response.status_code == 302 and led):
                reached.add(name)
    assert reached == {*still_open, "accounts:logout", *KNOW_NO_ACCOUNT}
