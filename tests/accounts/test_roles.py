"""Roles are groups, ranks are in rising order, and nothing else gives anyone a right."""

from typing import get_args

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from overt.accounts import roles
from overt.accounts.actors import Actor
from overt.accounts.models import Rank, User
from overt.policy.sections import deployments


@pytest.mark.django_db
@pytest.mark.both_databases
def test_every_role_has_its_group_after_migrating() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == set(roles.ALL)


@pytest.mark.django_db
def test_a_group_that_is_missing_comes_back_with_the_next_migrate() -> None:
    Group.objects.filter(name=roles.ANALYST).delete()
    call_command("migrate", verbosity=0)
    assert Group.objects.filter(name=roles.ANALYST).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("test", ["first", "after a flush"])
def test_the_groups_are_there_in_every_transactional_test(test: str) -> None:
    assert Group.objects.count() == len(roles.ALL)


def test_a_policy_speaks_of_the_ranks_that_accounts_have_in_the_same_order() -> None:
    assert get_args(deployments.Rank) == tuple(Rank.values)


@pytest.mark.django_db
class TestActor:
    def test_holds_the_roles_of_the_account(self) -> None:
        user = User.objects.create(username="ann")
        user.groups.set(Group.objects.filter(name__in=[roles.ANALYST, roles.AUDITOR]))
        actor = Actor.of_user(user)
        assert (actor.label, actor.user_id) == ("user:ann", user.pk)
        assert actor.roles == {roles.ANALYST, roles.AUDITOR}
        assert not actor.is_command

    def test_a_group_that_is_no_role_gives_none(self) -> None:
        user = User.objects.create(username="ann")
        user.groups.add(Group.objects.create(name="friends of the force"))
        assert Actor.of_user(user).roles == frozenset()

    def test_an_account_that_is_not_in_use_has_no_roles(self) -> None:
        user = User.objects.create(username="ann", is_active=False)
        user.groups.set(Group.objects.all())
        assert Actor.of_user(user).roles == frozenset()

    def test_a_superuser_has_no_roles_for_being_one(self) -> None:
        user = User.objects.create(username="ann", is_superuser=True, is_staff=True)
        assert Actor.of_user(user).roles == frozenset()
        assert not Actor.of_user(user).is_command

    def test_a_username_cannot_pass_for_a_command(self) -> None:
        user = User.objects.create(username="command:create_account:root")
        assert not Actor.of_user(user).is_command
