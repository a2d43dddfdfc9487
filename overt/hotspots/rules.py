"""Who may do what with crime data and analyses. Any account that can sign in may read all of it.

1. import-needs-analyst: only an analyst imports crimes, boundaries, places, roads and tables. A
   command may: whoever runs one already holds the database.
2. analyse-needs-analyst: likewise to ask for an analysis.
3. publish-needs-analyst: likewise to publish one.
4. publish-needs-result: only an analysis that is done is published; a refusal is not evidence.
5. publish-once: an analysis is published once.
"""

from overt.accounts import roles
from overt.accounts.actors import Actor
from overt.decisions import Decision


def may_import(actor: Actor) -> Decision:
    """Whether `actor` may import crimes, boundaries, places, roads or tables."""
    return Decision(
        _acts_as_analyst(actor),
        "Only an analyst can import data.",
        "import-needs-analyst",
    )


def may_analyse(actor: Actor) -> Decision:
    """Whether `actor` may ask for an analysis."""
    return Decision(
        _acts_as_analyst(actor),
        "Only an analyst can run an analysis.",
        "analyse-needs-analyst",
    )


def may_publish(actor: Actor, *, state: str, is_published: bool) -> Decision:
    """Whether `actor` may publish an analysis in `state`."""
    if not _acts_as_analyst(actor):
        return Decision(False, "Only an analyst can publish an analysis.", "publish-needs-analyst")
    if state != "done":
        reason = "Only an analysis that is done and was not refused can be published."
        return Decision(False, reason, "publish-needs-result")
    if is_published:
        return Decision(False, "This analysis is published already.", "publish-once")
    return Decision(True, "", "publish-once")


def _acts_as_analyst(actor: Actor) -> bool:
    return actor.is_command or roles.ANALYST in actor.roles
