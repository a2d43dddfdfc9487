"""The second factor: who needs one, how it is set up and used, and how it is not got round."""

import json
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from overt.accounts import roles, services
from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.accounts.permissions import NotAllowed
from overt.accounts.services import factors
from overt.ledger.models import Entry
from tests.accounts.making import COMMAND, NOW, PASSWORD, account, app_of, code
from tests.accounts.signing_in import sign_in

LOGIN = "/accounts/login/"
SECOND = "/accounts/login/second/"
FACTORS = "/accounts/factors/"
APP = "/accounts/factors/app/"
INSIDE = "/policy/"
NEEDING = sorted(roles.SECOND_FACTOR_REQUIRED)

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return account("officer", roles.AUTHORISING_OFFICER)


def give_password(client: Client, username: str = "officer", **more: str) -> Any:
    return client.post(LOGIN, {"username": username, "password": PASSWORD, **more})


def give_code(client: Client, text: str, **more: str) -> Any:
    return client.post(SECOND, {"code": text, **more})


def is_in(client: Client) -> bool:
    return client.get(INSIDE).status_code == 200


def verbs() -> list[str]:
    return list(Entry.objects.order_by("seq").values_list("verb", flat=True))


class TestSettingUp:
    @pytest.mark.parametrize("role", NEEDING)
    def test_a_role_that_needs_one_is_led_to_set_one_up_and_reaches_nothing_else(
        self, role: str, client: Client
    ) -> None:
        account("officer", role)
        assert give_password(client).headers["Location"] == "/"
        for path in ("/", INSIDE, "/ledger/", "/accounts/me/", "/accounts/password/", LOGIN):
            response = client.get(path)
            assert response.status_code == 302, path
            assert response.headers["Location"].startswith(FACTORS), path
        page = client.get(FACTORS).content.decode()
        assert "Your role needs a second factor" in page
        assert client.get(APP).status_code == 200
        assert client.post("/hotspots/analyses/new/").headers["Location"].startswith(FACTORS)

    @pytest.mark.parametrize("role", sorted(set(roles.ALL) - roles.SECOND_FACTOR_REQUIRED))
    def test_a_role_that_needs_none_is_in_at_once(self, role: str, client: Client) -> None:
        account("officer", role)
        give_password(client)
        assert is_in(client)

    def test_an_app_is_set_up_with_its_first_code_and_opens_the_session(
        self, officer: User, client: Client
    ) -> None:
        give_password(client)
        secret = secret_on(client)
        response = client.post(APP, {"code": code(secret)})
        assert response.headers["Location"] == "/accounts/factors/codes/"
        codes = client.get("/accounts/factors/codes/").content.decode()
        assert len(re.findall(r"\b[0-9]{8}\b", codes)) == 10
        assert is_in(client)
        assert verbs() == ["account.signed_in", "account.factor_added"]
        assert json.loads(Entry.objects.get(verb="account.factor_added").payload) == {
            "username": "officer",
            "factor": "totp",
        }

    def test_the_first_code_signs_nobody_in_again(self, officer: User, client: Client) -> None:
        give_password(client)
        secret = secret_on(client)
        used = code(secret)
        client.post(APP, {"code": used})
        other = Client()
        give_password(other)
        give_code(other, used)
        assert not is_in(other)

    def test_a_wrong_code_sets_nothing_up_and_the_key_stays_for_the_next_try(
        self, officer: User, client: Client
    ) -> None:
        give_password(client)
        secret = secret_on(client)
        page = client.post(APP, {"code": "000000"})
        assert secret in page.content.decode()
        assert not Authenticator.objects.exists()
        assert not is_in(client)
        client.post(APP, {"code": code(secret)})
        assert is_in(client)

    def test_a_session_that_is_open_is_held_back_when_its_account_gets_such_a_role(
        self, client: Client
    ) -> None:
        account("officer", roles.PLANNER)
        give_password(client)
        assert is_in(client)
        services.change_account(username="officer", add_roles=[roles.LEGAL], actor=COMMAND, now=NOW)
        assert client.get(INSIDE).headers["Location"].startswith(FACTORS)

    def test_later_changes_ask_again_who_it_is(self, officer: User, client: Client) -> None:
        secret = app_of(officer)
        give_password(client)
        give_code(client, code(secret))
        session = client.session
        for record in session["account_authentication_methods"]:
            record["at"] -= 6 * 60
        session.save()
        for path in ("/accounts/factors/passkeys/add/", "/accounts/factors/codes/new/"):
            response = client.get(path)
            assert response.headers["Location"].startswith("/accounts/confirm/code/?next="), path
        confirm = f"/accounts/confirm/code/?next={APP}remove/"
        assert client.post(confirm, {"code": code(secret)}).status_code == 200  # a replay
        response = client.post(confirm, {"code": code(secret, steps=1)})
        assert response.headers["Location"] == f"{APP}remove/"

    def test_without_a_factor_the_password_is_asked_again(
        self, officer: User, client: Client
    ) -> None:
        client.force_login(officer)
        response = client.get(APP)
        assert response.headers["Location"] == f"/accounts/confirm/?next={APP.replace('/', '%2F')}"
        client.post(response.headers["Location"], {"password": "wrong"})
        assert client.get(APP).status_code == 302
        client.post(response.headers["Location"], {"password": PASSWORD})
        assert client.get(APP).status_code == 200


def secret_on(client: Client) -> str:
    page = BeautifulSoup(client.get(APP).content, "html.parser")
    shown = page.select_one("#totp-secret")
    assert shown is not None
    return shown.text


class TestSigningIn:
    @pytest.mark.both_databases
    def test_password_and_code_lead_to_the_page_that_was_asked_for(
        self, officer: User, client: Client
    ) -> None:
        secret = app_of(officer)
        response = give_password(client, next="/ledger/")
        assert response.headers["Location"] == SECOND
        assert not is_in(client)
        assert client.get(SECOND).status_code == 200
        assert give_code(client, code(secret)).headers["Location"] == "/ledger/"
        assert is_in(client)

    def test_a_sign_in_is_one_entry_with_its_means_and_no_address(
        self, officer: User, client: Client
    ) -> None:
        secret = app_of(officer)
        give_password(client)
        assert "account.signed_in" not in verbs()
        give_code(client, code(secret))
        entry = Entry.objects.get(verb="account.signed_in")
        assert (entry.actor, entry.subject) == ("user:officer", "account:officer")
        assert json.loads(entry.payload) == {"username": "officer", "means": ["password", "totp"]}

    @pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:0"])
    def test_neither_step_leads_to_another_site(
        self, officer: User, client: Client, elsewhere: str
    ) -> None:
        secret = app_of(officer)
        give_password(client, next=elsewhere)
        response = give_code(client, code(secret), next=elsewhere)
        assert response.headers["Location"] == "/"

    def test_a_code_that_was_used_is_refused(self, officer: User, client: Client) -> None:
        secret = app_of(officer)
        used = code(secret)
        give_password(client)
        give_code(client, used)
        other = Client()
        give_password(other)
        page = give_code(other, used).content.decode()
        assert "that you have not used yet" in page
        assert not is_in(other)
        give_code(other, code(secret, steps=1))
        assert is_in(other)

    def test_a_code_of_someone_else_is_refused(self, officer: User, client: Client) -> None:
        app_of(officer)
        other = app_of(account("other", roles.AUTHORISING_OFFICER))
        give_password(client)
        give_code(client, code(other))
        assert not is_in(client)

    def test_a_recovery_code_works_once(self, officer: User, client: Client) -> None:
        app_of(officer)
        from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

        spare = RecoveryCodes.activate(officer).get_unused_codes()[3]
        give_password(client)
        give_code(client, spare)
        assert is_in(client)
        means = json.loads(Entry.objects.get(verb="account.signed_in").payload)["means"]
        assert means == ["password", "recovery_codes"]
        other = Client()
        give_password(other)
        give_code(other, spare)
        assert not is_in(other)

    def test_no_other_address_gets_round_the_second_step(
        self, officer: User, client: Client
    ) -> None:
        app_of(officer)
        give_password(client)
        for path in (INSIDE, FACTORS, APP, "/accounts/me/", "/accounts/confirm/code/"):
            assert client.get(path).headers["Location"].startswith(LOGIN), path
        assert "_auth_user_id" not in client.session

    def test_the_second_step_alone_leads_nowhere(self, officer: User, client: Client) -> None:
        secret = app_of(officer)
        assert give_code(client, code(secret)).headers["Location"] == LOGIN
        assert not is_in(client)

    def test_a_session_that_used_the_password_alone_must_use_the_factor_set_up_since(
        self, officer: User, client: Client
    ) -> None:
        give_password(client)
        other = Client()
        give_password(other)
        secret = secret_on(other)
        other.post(APP, {"code": code(secret)})
        assert is_in(other)
        for path in (INSIDE, FACTORS, APP, "/accounts/factors/passkeys/add/", "/accounts/confirm/"):
            response = client.get(path)
            assert response.headers["Location"].startswith("/accounts/confirm/code/"), path
        response = client.post(
            f"/accounts/confirm/code/?next={INSIDE}", {"code": code(secret, steps=1)}
        )
        assert response.headers["Location"] == INSIDE
        assert is_in(client)

    def test_what_another_account_proved_in_the_same_browser_counts_for_nothing(
        self, officer: User, client: Client
    ) -> None:
        sign_in(client, account("other", roles.OPERATOR))
        records = client.session["account_authentication_methods"]
        client.force_login(officer)
        session = client.session
        session["account_authentication_methods"] = records
        session.save()
        assert not is_in(client)

    @pytest.mark.parametrize("since", ["disabled", "password", "reset"])
    def test_an_account_that_changed_between_the_steps_starts_again(
        self, officer: User, client: Client, since: str
    ) -> None:
        secret = app_of(officer)
        give_password(client)
        if since == "disabled":
            services.disable_account(username="officer", actor=COMMAND, now=NOW)
            services.enable_account(username="officer", actor=COMMAND, now=NOW)
        elif since == "password":
            officer.set_password("another long and quiet river")
            officer.save()
        else:
            services.reset_factors(username="officer", actor=COMMAND, now=NOW)
        assert give_code(client, code(secret)).headers["Location"] == LOGIN
        assert not is_in(client)
        assert "account.signed_in" not in verbs()

    def test_each_step_changes_the_session_key(self, officer: User, client: Client) -> None:
        secret = app_of(officer)
        session = client.session
        session["before"] = True
        session.save()
        fixed = session.session_key
        give_password(client)
        give_code(client, code(secret))
        assert client.session.session_key != fixed
        stranger = Client()
        stranger.cookies["sessionid"] = fixed
        assert not is_in(stranger)

    def test_an_account_that_needs_no_factor_uses_the_one_it_has(self, client: Client) -> None:
        secret = app_of(account("ann", roles.ANALYST))
        give_password(client, "ann")
        assert not is_in(client)
        give_code(client, code(secret))
        assert is_in(client)

    def test_a_session_of_the_test_helper_is_one_with_a_second_factor(
        self, officer: User, client: Client
    ) -> None:
        client.force_login(officer)
        assert not is_in(client)
        sign_in(client, officer)
        assert is_in(client)

    @pytest.mark.parametrize(
        "garbled", ["", "null", "[]", "{}", '"x"', "1", '{"response": {"userHandle": "AA"}}', "{"]
    )
    def test_a_passkey_that_is_none_signs_nobody_in(
        self, officer: User, client: Client, garbled: str
    ) -> None:
        client.get("/accounts/login/passkey/", headers={"Accept": "application/json"})
        response = client.post("/accounts/login/passkey/", {"credential": garbled})
        assert response.headers["Location"] == LOGIN
        app_of(officer)
        give_password(client)
        assert client.post(SECOND, {"credential": garbled}).status_code == 200
        assert not is_in(client)


class TestRemoving:
    def test_the_last_factor_of_a_role_that_needs_one_stays(
        self, officer: User, client: Client
    ) -> None:
        secret = app_of(officer)
        give_password(client)
        give_code(client, code(secret))
        response = client.post(f"{APP}remove/")
        assert response.status_code == 403
        assert "Set up another one before you remove the last" in response.content.decode()
        assert Authenticator.objects.filter(type="totp").exists()
        assert f"{APP}remove/" not in client.get(FACTORS).content.decode()

    @pytest.mark.both_databases
    def test_one_of_two_goes(self, officer: User, client: Client) -> None:
        secret = app_of(officer)
        key = Authenticator.objects.create(user=officer, type="webauthn", data={"name": "Blue"})
        give_password(client)
        give_code(client, code(secret))
        path = reverse("mfa_remove_webauthn", args=[key.pk])
        assert "Blue" in client.get(path).content.decode()
        assert client.post(path).headers["Location"] == FACTORS
        assert verbs()[-1] == "account.factor_removed"
        assert client.post(f"{APP}remove/").status_code == 403

    def test_a_key_of_someone_else_is_not_found(self, officer: User, client: Client) -> None:
        key = Authenticator.objects.create(
            user=account("other"), type="webauthn", data={"name": "Blue"}
        )
        secret = app_of(officer)
        give_password(client)
        give_code(client, code(secret))
        assert client.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 404
        assert Authenticator.objects.filter(pk=key.pk).exists()

    def test_who_needs_none_removes_the_last_with_the_recovery_codes(self, client: Client) -> None:
        ann = account("ann", roles.ANALYST)
        give_password(client, "ann")
        client.post(APP, {"code": code(secret_on(client))})
        assert Authenticator.objects.filter(user=ann).count() == 2
        assert client.post(f"{APP}remove/").headers["Location"] == FACTORS
        assert not Authenticator.objects.filter(user=ann).exists()

    @pytest.mark.both_databases
    def test_nobody_removes_for_another_in_the_service(self, officer: User) -> None:
        app_of(officer)
        factor = Authenticator.objects.get()
        other = Actor.of_user(account("other", roles.AUTHORISING_OFFICER))
        with pytest.raises(NotAllowed):
            services.remove_factor(user=officer, pk=factor.pk, actor=other, now=NOW)

    def test_recovery_codes_are_no_factor_to_keep(self, officer: User) -> None:
        app_of(officer)
        Authenticator.objects.create(user=officer, type="recovery_codes", data={})
        factor = Authenticator.objects.get(type="totp")
        with pytest.raises(NotAllowed, match="before you remove the last"):
            services.remove_factor(
                user=officer, pk=factor.pk, actor=Actor.of_user(officer), now=NOW
            )


class TestKeeping:
    def test_the_secret_is_in_no_row_and_in_no_entry(self, officer: User) -> None:
        secret = app_of(officer)
        assert secret not in json.dumps(Authenticator.objects.get().data)
        assert secret not in Entry.objects.get().payload
        assert factors.decrypt(Authenticator.objects.get().data["secret"]) == secret

    def test_a_second_app_is_refused(self, officer: User) -> None:
        app_of(officer)
        with pytest.raises(services.FactorRefused, match="has an authenticator app already"):
            app_of(officer)

    def test_no_page_hands_out_a_key_for_another(self, officer: User) -> None:
        with pytest.raises(NotAllowed):
            services.set_up_totp(user=officer, actor=Actor.of_user(officer), now=NOW)

    @pytest.mark.both_databases
    def test_a_code_is_used_up_for_every_process(self, officer: User) -> None:
        secret = app_of(officer)
        from django.utils import timezone

        used, now = code(secret), timezone.now()
        assert services.use_code(user=officer, code=used, now=now) is not None
        assert services.use_code(user=officer, code=used, now=now) is None

    def test_new_recovery_codes_are_an_entry_and_the_old_ones_are_worth_nothing(
        self, client: Client
    ) -> None:
        ann = account("ann", roles.ANALYST)
        give_password(client, "ann")
        client.post(APP, {"code": code(secret_on(client))})
        codes = "/accounts/factors/codes/"
        before = set(re.findall(r"\b[0-9]{8}\b", client.get(codes).content.decode()))
        client.post(f"{codes}new/")
        after = set(re.findall(r"\b[0-9]{8}\b", client.get(codes).content.decode()))
        assert len(after) == 10
        assert not before & after
        assert verbs()[-1] == "account.recovery_codes_made"
        assert services.use_code(user=ann, code=before.pop(), now=NOW) is None


def test_a_superuser_needs_a_second_factor_like_anyone(client: Client) -> None:
    boss = account("officer", roles.LEGAL)
    boss.is_superuser = boss.is_staff = True
    boss.save()
    give_password(client)
    assert not is_in(client)


def test_groups_that_are_no_role_change_nothing(client: Client) -> None:
    account("officer", roles.LEGAL).groups.add(Group.objects.create(name="friends"))
    give_password(client)
    assert not is_in(client)
