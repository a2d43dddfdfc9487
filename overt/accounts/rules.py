"""Who may manage accounts, and what a session may be used for.

1. create-account-needs-command: accounts are made on the machine that runs Overt, by whoever
   already holds its database. No role can give itself another one from a page.
2. change-account-needs-command: the same for roles, rank and unit, for disabling and enabling, for
   unlocking, and for taking away or handing out a second factor.
3. second-factor-not-set-up: an account with a role in roles.SECOND_FACTOR_REQUIRED that has no
   second factor may set one up, and nothing else.
4. second-factor-not-used: an account that has a second factor, whatever its roles, may use only
   sessions in which it was used; others only to use it.
5. last-factor-stays: an account with such a role cannot remove its last second factor. Recovery
   codes are none: they stand in for one.
6. own-account: everyone manages the password and the second factors of their own account alone.
7. people-need-overseer: the list of accounts is read by auditors and authorising officers.

Being a superuser decides nothing, here or in any other rule: rules look at roles alone. An
account that is not in use has no roles (`Actor.of_user`).
"""

from overt.decisions import Decision

from . import roles
from .actors import Actor


def may_create_account(actor: Actor) -> Decision:
    """Whether `actor` may make an account."""
    return Decision(
        actor.is_command,
        "Accounts are created on the server, with manage.py create_account.",
        "create-account-needs-command",
    )


def may_change_account(actor: Actor) -> Decision:
    """Whether `actor` may change, disable, enable or unlock an account of anyone."""
    return Decision(
        actor.is_command,
        "Accounts are changed on the server, with manage.py change_account.",
        "change-account-needs-command",
    )


def may_manage_own(actor: Actor, *, user_id: int) -> Decision:
    """Whether `actor` may change password and second factors of account `user_id`."""
    return Decision(
        actor.is_active and actor.user_id == user_id,
        "Only whoever an account belongs to can change its password and second factors.",
        "own-account",
    )


def may_use_session(held: frozenset[str], *, has_factor: bool, used_factor: bool) -> Decision:
    """Whether a session of an account with the roles `held` may be used for all it is asked for."""
    if used_factor:
        return Decision(True, "A second factor was used.", "second-factor-used")
    if has_factor:
        reason = "Confirm with your second factor that it is you."
        return Decision(False, reason, "second-factor-not-used")
    if held & roles.SECOND_FACTOR_REQUIRED:
        reason = "Your role needs a second factor. Set one up to go on."
        return Decision(False, reason, "second-factor-not-set-up")
    return Decision(True, "No second factor is needed.", "second-factor-not-needed")


def may_remove_factor(held: frozenset[str], *, others: int) -> Decision:
    """Whether an account with the roles `held` may remove a second factor and keep `others`."""
    return Decision(
        others > 0 or not held & roles.SECOND_FACTOR_REQUIRED,
        "Your role needs a second factor. Set up another one before you remove the last.",
        "last-factor-stays",
    )


def may_see_people(actor: Actor) -> Decision:
    """Whether `actor` may read the list of accounts."""
    return Decision(
        bool(actor.roles & {roles.AUDITOR, roles.AUTHORISING_OFFICER}),
        "Only an auditor or an authorising officer can see the list of accounts.",
        "people-need-overseer",
    )
