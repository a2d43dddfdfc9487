"""What a session may be used for, which factors stay, who manages accounts."""

import pytest

from overt.accounts import roles, rules
from overt.accounts.actors import Actor

NEEDING = [roles.LEGAL, roles.AUTHORISING_OFFICER, roles.OPERATOR]
FREE = [roles.ANALYST, roles.PLANNER, roles.AUDITOR]


def test_legal_advisers_authorising_officers_and_operators_need_a_second_factor() -> None:
    assert set(NEEDING) == roles.SECOND_FACTOR_REQUIRED


@pytest.mark.parametrize("role", NEEDING)
@pytest.mark.parametrize(
    ("has", "used", "rule"),
    [
        (False, False, "second-factor-not-set-up"),
        (True, False, "second-factor-not-used"),
        (True, True, "second-factor-used"),
    ],
)
def test_what_a_session_of_such_a_role_is_worth(
    role: str, has: bool, used: bool, rule: str
) -> None:
    held = frozenset({role, roles.ANALYST})
    decision = rules.may_use_session(held, has_factor=has, used_factor=used)
    assert (decision.rule, decision.allowed) == (rule, used)


@pytest.mark.parametrize("role", [*FREE, None])
@pytest.mark.parametrize(
    ("has", "used", "allowed"), [(False, False, True), (True, False, False), (True, True, True)]
)
def test_the_others_use_the_second_factor_that_they_have(
    role: str | None, has: bool, used: bool, allowed: bool
) -> None:
    held = frozenset({role} if role else ())
    assert rules.may_use_session(held, has_factor=has, used_factor=used).allowed == allowed


@pytest.mark.parametrize("role", roles.ALL)
@pytest.mark.parametrize("others", [0, 1])
def test_only_the_last_factor_of_such_a_role_stays(role: str, others: int) -> None:
    decision = rules.may_remove_factor(frozenset({role}), others=others)
    assert decision.allowed == (others > 0 or role in FREE)


@pytest.mark.parametrize("role", roles.ALL)
def test_no_role_changes_accounts(role: str) -> None:
    actor = Actor(label="user:ann", user_id=1, roles=frozenset({role}), is_active=True)
    assert not rules.may_change_account(actor).allowed
    assert rules.may_change_account(Actor(label="command:x", is_command=True)).allowed


def test_everyone_manages_their_own_factors_and_nobody_else_s() -> None:
    ann = Actor(label="user:ann", user_id=1, is_active=True)
    assert rules.may_manage_own(ann, user_id=1).allowed
    assert not rules.may_manage_own(ann, user_id=2).allowed
    assert not rules.may_manage_own(Actor(label="user:ann", user_id=1), user_id=1).allowed
