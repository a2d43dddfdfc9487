"""Who may manage accounts.

1. create-account-needs-command: accounts are made on the machine that runs Overt, by whoever
   already holds its database. No role can give itself another one from a page.

Being a superuser decides nothing, here or in any other rule: rules look at roles alone. An
account that is not in use has no roles (`Actor.of_user`).
"""

from overt.decisions import Decision

from .actors import Actor


def may_create_account(actor: Actor) -> Decision:
    """Whether `actor` may make an account."""
    return Decision(
        actor.is_command,
        "Accounts are created on the server, with manage.py create_account.",
        "create-account-needs-command",
    )
