"""What was decided on a version so far, and what may still be decided by whom."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from overt.accounts.actors import Actor
from overt.decisions import Decision
from overt.deployments import rules, states
from overt.deployments.models import (
    AuthorityEnd,
    Deployment,
    Determination,
    Kind,
    Outcome,
    Version,
)

# For `prefetch_related` on deployments: all that `standing` reads, in three queries.
DECISIONS = (
    Prefetch(
        "current_version__determinations",
        Determination.objects.select_related("person", "end", "end__person"),
    ),
    "current_version__authors",
)


@dataclass(frozen=True)
class Standing:
    """The decisions on one version of `deployment`."""

    deployment: Deployment
    version: Version
    review: Determination | None
    oral: Determination | None
    written: Determination | None
    authors: frozenset[int]

    @property
    def not_ended(self) -> tuple[Determination, ...]:
        """The authorities that nobody ended, the latest last."""
        given = (self.oral, self.written)
        return tuple(
            one
            for one in given
            if one is not None and one.outcome == Outcome.GIVEN and end_of(one) is None
        )

    def live(self, now: datetime) -> Determination | None:
        """The authority that holds at `now`: a written one before an oral one."""
        holding = [
            one
            for one in self.not_ended
            if one.valid_until is not None and one.at <= now < one.valid_until
        ]
        return holding[-1] if holding else None

    def due_in_writing(self, now: datetime) -> datetime | None:
        """By when the oral authority that holds at `now` has to be in writing."""
        held = self.live(now)
        return held.valid_until if held is not None and held.kind == Kind.ORAL else None

    # Whether the state lets anyone do it.

    @property
    def waits_for_review(self) -> bool:
        fitting = (states.SUBMITTED, states.AUTHORISED, states.READY)
        return self.deployment.state in fitting and self.review is None

    @property
    def waits_for_authority(self) -> bool:
        """Also before the review that the policy asks for: `may_authorise` says that."""
        if self.written is not None:
            return False
        if self.deployment.state in (states.SUBMITTED, states.REVIEWED):
            return True
        return self.deployment.state in (states.AUTHORISED, states.READY) and self.oral is not None

    @property
    def takes_oral_authority(self) -> bool:
        fitting = (states.SUBMITTED, states.REVIEWED)
        return self.deployment.state in fitting and self.oral is None and self.written is None

    @property
    def has_authority_to_withdraw(self) -> bool:
        return self.deployment.state in states.UNDER_AUTHORITY and bool(self.not_ended)

    # Whether a rule lets this person do it.

    def may_review(self, actor: Actor) -> Decision:
        return rules.may_review(actor, authors=self.authors)

    def may_authorise(self, actor: Actor) -> Decision:
        return rules.may_authorise(
            actor,
            level=self.version.authorising_level,
            authors=self.authors,
            reviewer=self._reviewer,
            needs_review=self.version.review_required,
        )

    def may_authorise_orally(self, actor: Actor) -> Decision:
        return rules.may_authorise(
            actor,
            level=self.version.urgent_level,
            authors=self.authors,
            reviewer=self._reviewer,
            needs_review=False,
        )

    def may_withdraw(self, actor: Actor) -> Decision:
        """Asked where there is an authority to withdraw."""
        latest = self.not_ended[-1]
        return rules.may_withdraw(actor, given_by=latest.person_id, rank=latest.rank)

    @property
    def _reviewer(self) -> int | None:
        return self.review.person_id if self.review else None


def standing(deployment: Deployment, version: Version) -> Standing:
    """What was decided on `version` of `deployment`."""
    made = {one.kind: one for one in version.determinations.all()}
    return Standing(
        deployment,
        version,
        review=made.get(Kind.REVIEW),
        oral=made.get(Kind.ORAL),
        written=made.get(Kind.AUTHORITY),
        authors=frozenset(author.person_id for author in version.authors.all()),
    )


def end_of(authority: Determination) -> AuthorityEnd | None:
    """How `authority` ended before its time, if it did."""
    return getattr(authority, "end", None)
