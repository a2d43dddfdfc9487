"""Who may do what with a session. Any account in use may read all of it.

Rules
1. own-session: a system asks and tells of its own sessions alone.
2. worker-only: opening, arming, and what time does to a session, is the program's.
3. stop-needs-operator-or-officer: an operator, or an officer of the rank that authorises, stops a
   session. It is not a withdrawal: that needs the rank (`deployments.rules.may_withdraw`).
4. outcome-needs-operator: an operator completes and corrects the outcomes of alerts.
5. confirm-needs-operator: an operator says that the system stopped when it does not say so itself.
6. explain-needs-operator-or-planner: whoever was there, or planned it, explains a discrepancy.
7. reconcile-needs-planner: a planner says that the figures are settled, records what a seeded test
   came to, and publishes the record.
8. keys-need-command: keys of systems and of permits are managed on the server.

Being a superuser decides nothing.
"""

from overt.accounts import roles
from overt.accounts.actors import Actor
from overt.decisions import Decision


def system_actor(system_id: int) -> Actor:
    """The system itself, after its signature was verified."""
    return Actor(label=f"system:{system_id}")


def is_the_system(actor: Actor, *, system_id: int) -> Decision:
    """Whether `actor` is the system whose session it is."""
    return Decision(
        actor == system_actor(system_id),
        "A system asks and tells of its own sessions alone.",
        "own-session",
    )


def is_the_worker(actor: Actor) -> Decision:
    """Whether the program itself acts."""
    return Decision(actor.is_command, "Overt does this by itself, in time.", "worker-only")


def may_stop(actor: Actor) -> Decision:
    """Whether `actor` may stop a session."""
    held = frozenset({roles.OPERATOR, roles.AUTHORISING_OFFICER})
    return Decision(
        actor.is_active and bool(actor.roles & held),
        "Only an operator or an authorising officer can stop a session.",
        "stop-needs-operator-or-officer",
    )


def may_give_outcomes(actor: Actor) -> Decision:
    """Whether `actor` may complete and correct outcomes."""
    return Decision(
        actor.is_active and roles.OPERATOR in actor.roles,
        "Only an operator records the outcomes of alerts.",
        "outcome-needs-operator",
    )


def may_confirm_stop(actor: Actor) -> Decision:
    """Whether `actor` may say that the system has stopped."""
    return Decision(
        actor.is_active and roles.OPERATOR in actor.roles,
        "Only an operator can say that the system has stopped.",
        "confirm-needs-operator",
    )


def may_explain(actor: Actor) -> Decision:
    """Whether `actor` may explain a discrepancy."""
    held = frozenset({roles.OPERATOR, roles.PLANNER})
    return Decision(
        actor.is_active and bool(actor.roles & held),
        "Only an operator or a planner explains a discrepancy.",
        "explain-needs-operator-or-planner",
    )


def may_settle(actor: Actor) -> Decision:
    """Whether `actor` may reconcile a session and publish its record."""
    return Decision(
        actor.is_active and roles.PLANNER in actor.roles,
        "Only a planner settles the account of a session and publishes it.",
        "reconcile-needs-planner",
    )


def may_manage_keys(actor: Actor) -> Decision:
    """Whether `actor` may add, revoke or retire keys."""
    return Decision(
        actor.is_command,
        "Keys are managed on the server, with manage.py system_key and permit_keys.",
        "keys-need-command",
    )
