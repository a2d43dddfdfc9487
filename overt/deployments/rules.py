"""Who may do what with a deployment. Any account in use may read all of it.

Rules
1. apply-needs-planner: only a planner begins, edits, submits, cancels or copies an application,
   plans its signs, and publishes its notice.
2. review-needs-legal: only a legal adviser reviews.
3. review-not-own: nobody reviews an application that they wrote on.
4. authorise-needs-ao: only an authorising officer authorises or refuses.
5. authorise-needs-rank: of at least the rank of `authorising.rank` at that moment, or of
   `authorising.urgent_rank` for an urgent oral authority.
6. authorise-not-own: nobody authorises an application that they wrote on, or reviewed.
7. authorise-needs-review: where `authorising.legal_review_required` is set, a legal adviser has
   supported this version; an urgent oral authority may come before that, a written one not.
8. withdraw-needs-rank: any officer in use of at least the rank of whoever gave the authority
   withdraws it; so does that officer themselves.
9. check-signs: operators and planners record what they see of the signs.
10. ready-needs-planner-or-operator: a planner or an operator says that all is in place.
11. comment-needs-part: those who work on an application comment: planner, legal adviser,
    authorising officer.
12. jobs-only: expiry and the lapse of an urgent authority are found by the program itself.
13. sign-statement: a planner, an analyst or an operator signs a reasoned statement, each for
    themselves; who judges applications makes no statement for them.
14. feed-needs-account: any account in use has a calendar feed of its own, and no other's.
15. equipment-needs-command: systems and teams are added on the server.

Being a superuser decides nothing. The same rules stand in the database (`triggers.py`).
"""

from collections.abc import Collection

from overt.accounts import roles
from overt.accounts.actors import Actor
from overt.accounts.ranks import LEVELS, at_least
from overt.decisions import Decision


def _needs(actor: Actor, held: Collection[str], who: str, act: str, rule: str) -> Decision:
    allowed = bool(actor.roles & frozenset(held))
    return Decision(allowed, f"Only {who} can {act}.", rule)


def may_apply(actor: Actor) -> Decision:
    """Whether `actor` may begin, edit, submit, cancel or copy applications."""
    return _needs(
        actor, (roles.PLANNER,), "a planner", "work on an application", "apply-needs-planner"
    )


def may_review(actor: Actor, *, authors: Collection[int]) -> Decision:
    """`authors`: the accounts that wrote on the version."""
    decision = _needs(actor, (roles.LEGAL,), "a legal adviser", "review", "review-needs-legal")
    if decision.allowed and actor.user_id in authors:
        return Decision(
            False, "You wrote on this application, so someone else reviews it.", "review-not-own"
        )
    return decision


def may_authorise(
    actor: Actor,
    *,
    level: int,
    authors: Collection[int],
    reviewer: int | None,
    needs_review: bool,
) -> Decision:
    """`level`: the lowest rank's place in the order; `reviewer`: who reviewed the version."""
    decision = _needs(
        actor,
        (roles.AUTHORISING_OFFICER,),
        "an authorising officer",
        "authorise or refuse",
        "authorise-needs-ao",
    )
    if not decision.allowed:
        return decision
    if LEVELS.get(actor.rank, -1) < level:
        rank = next(name for name, place in LEVELS.items() if place == level).replace("_", " ")
        return Decision(
            False, f"The policy asks for the rank of {rank} or above.", "authorise-needs-rank"
        )
    if actor.user_id in authors or actor.user_id == reviewer:
        return Decision(
            False,
            "You wrote on or reviewed this application, so another officer decides.",
            "authorise-not-own",
        )
    if needs_review and reviewer is None:
        return Decision(
            False, "A legal adviser has to review this version first.", "authorise-needs-review"
        )
    return decision


def may_withdraw(actor: Actor, *, given_by: int | None, rank: str) -> Decision:
    """`given_by` gave the authority, holding `rank`."""
    allowed = actor.user_id is not None and actor.is_active
    allowed = allowed and (actor.user_id == given_by or at_least(actor.rank, rank))
    return Decision(
        allowed,
        "Only the officer who gave the authority, or one of at least that rank, can withdraw it.",
        "withdraw-needs-rank",
    )


def may_see_withdrawal(actor: Actor, *, lowest_rank: str) -> Decision:
    """Whether `actor` could withdraw any authority at all: an officer of `lowest_rank` or above,
    or an authorising officer."""
    allowed = actor.is_active and (
        roles.AUTHORISING_OFFICER in actor.roles or at_least(actor.rank, lowest_rank)
    )
    return Decision(
        allowed,
        "Only an officer of the rank that authorises can withdraw an authority.",
        "withdraw-needs-rank",
    )


def may_check_signs(actor: Actor) -> Decision:
    """Whether `actor` may record what they see of signs."""
    return _needs(
        actor,
        (roles.OPERATOR, roles.PLANNER),
        "an operator or a planner",
        "record checks of signs",
        "check-signs",
    )


def may_make_ready(actor: Actor) -> Decision:
    """Whether `actor` may say that all is in place."""
    return _needs(
        actor,
        (roles.OPERATOR, roles.PLANNER),
        "a planner or an operator",
        "make a deployment ready",
        "ready-needs-planner-or-operator",
    )


def may_comment(actor: Actor) -> Decision:
    """Whether `actor` may comment on an application."""
    return _needs(
        actor,
        (roles.PLANNER, roles.LEGAL, roles.AUTHORISING_OFFICER),
        "a planner, a legal adviser or an authorising officer",
        "comment",
        "comment-needs-part",
    )


def may_sign_statement(actor: Actor) -> Decision:
    """Whether `actor` may make a reasoned statement for an application."""
    return _needs(
        actor,
        (roles.PLANNER, roles.ANALYST, roles.OPERATOR),
        "a planner, an analyst or an operator",
        "sign a statement",
        "sign-statement",
    )


def is_the_program(actor: Actor) -> Decision:
    """Whether the program itself acts: a job or a command."""
    return Decision(actor.is_command, "Overt does this by itself, in time.", "jobs-only")


def may_have_feed(actor: Actor) -> Decision:
    """Whether `actor` may have a calendar feed."""
    allowed = actor.user_id is not None and actor.is_active
    return Decision(allowed, "Only an account in use has a calendar feed.", "feed-needs-account")


def may_add_equipment(actor: Actor) -> Decision:
    """Whether `actor` may add a system or a team."""
    return Decision(
        actor.is_command,
        "Systems and teams are added on the server, with manage.py add_system and add_team.",
        "equipment-needs-command",
    )
