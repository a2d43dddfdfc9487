"""Any order of verbs, by anyone, at any time, with edits between: what must always hold.

The machine calls the services as people do, right or wrong, with the clock forward by up to days.
After every step it looks at the rows alone, with a reading of the rules of its own.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from overt.accounts import roles
from overt.accounts.models import Rank, User
from overt.accounts.permissions import NotAllowed
from overt.deployments import states
from overt.deployments.errors import DeploymentError
from overt.deployments.models import Booking, Deployment, Determination, Version
from overt.deployments.services import deciding, drafts, lifecycle, notices, submitting
from overt.ledger.models import Entry

from . import making

ORDER = list(Rank.values)
PARTS = ("planner", "legal", "officer", "inspector", "operator", "auditor", "both", "second")
person = st.sampled_from(PARTS)


class Life(RuleBasedStateMachine):
    """One deployment and eight people, two of whom hold every role."""

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize(state=st.sampled_from([states.DRAFT, *states.HOLDING, states.REFUSED]))
    def begin(self, state: str) -> None:
        self.cast = making.people()
        self.people: dict[str, User] = {
            name: getattr(self.cast, name) for name in PARTS if name not in ("both", "second")
        }
        for name in ("both", "second"):
            self.people[name] = making.account(name, *roles.ALL, rank=Rank.COMMANDER)
        self.made = making.deployment_in(state, self.cast)
        self.now = self.made.state_at

    def current(self) -> Deployment:
        return Deployment.objects.get(pk=self.made.pk)

    def attempt(self, verb: Any, who: str | None = None, **given: Any) -> None:
        """Call a verb; a refusal must leave no trace."""
        self.now += timedelta(seconds=1)
        before = self.footprint()
        actor = making.PROGRAM if who is None else making.actor(self.people[who])
        try:
            with transaction.atomic():
                verb(deployment=self.current(), actor=actor, now=self.now, **given)
        except (DeploymentError, NotAllowed):
            assert self.footprint() == before
        else:
            # One for the verb, and one for the notice that it cancels.
            assert self.footprint()["entries"] <= before["entries"] + 2

    def footprint(self) -> dict[str, Any]:
        made = self.current()
        return {
            "entries": Entry.objects.count(),
            "state": (made.state, made.state_at, made.current_version_id, made.revision),
            "versions": Version.objects.count(),
            "decisions": Determination.objects.count(),
            "bookings": sorted(Booking.objects.values_list("pk", flat=True)),
        }

    def digest(self) -> str:
        version = Version.objects.filter(deployment=self.made).order_by("-number").first()
        return version.digest if version else "0" * 64

    @rule(minutes=st.sampled_from([1, 30, 60 * 9, 60 * 25, 60 * 24 * 6]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(who=person, days=st.integers(1, 20), stale=st.booleans())
    def edit(self, who: str, days: int, stale: bool) -> None:
        start = self.now.replace(microsecond=0) + timedelta(days=days)
        data = making.complete_draft(self.cast, start=start).time
        seen = self.current().revision - (1 if stale else 0)
        self.attempt(drafts.save_task, who, task="time", data=data, seen_revision=seen)

    @rule(who=person)
    def submit(self, who: str) -> None:
        self.attempt(submitting.submit, who, seen_revision=self.current().revision)

    @rule(who=person, supported=st.booleans(), old=st.booleans())
    def review(self, who: str, supported: bool, old: bool) -> None:
        seen = "f" * 64 if old else self.digest()
        self.attempt(deciding.review, who, seen_digest=seen, supported=supported, reason="As said.")

    @rule(who=person, given=st.booleans(), old=st.booleans())
    def authorise(self, who: str, given: bool, old: bool) -> None:
        seen = "f" * 64 if old else self.digest()
        self.attempt(deciding.authorise, who, seen_digest=seen, given=given, reason="As said.")

    @rule(who=person, ago=st.integers(-2, 30))
    def authorise_orally(self, who: str, ago: int) -> None:
        self.attempt(
            deciding.authorise_orally,
            who,
            seen_digest=self.digest(),
            given_at=self.now - timedelta(hours=ago),
            reason="A threat to life.",
        )

    @rule(who=person, old=st.booleans())
    def withdraw(self, who: str, old: bool) -> None:
        seen = "f" * 64 if old else self.digest()
        self.attempt(deciding.withdraw, who, seen_digest=seen, reason="No longer needed.")

    @rule(who=person)
    def reopen(self, who: str) -> None:
        self.attempt(drafts.reopen, who, reason="Other times.")

    @rule(who=person)
    def cancel(self, who: str) -> None:
        self.attempt(drafts.cancel, who, reason="Given up.")

    @rule(who=person)
    def prepare(self, who: str) -> None:
        """Signs and notice, as they should be, then ready."""
        made = self.current()
        if made.state in states.UNDER_AUTHORITY and made.state != states.LIVE:
            making.place_signs(made, self.cast.operator, self.now)
        self.attempt(notices.publish, who, seen_digest=self.digest())
        self.attempt(lifecycle.make_ready, who, seen_digest=self.digest())

    @rule()
    def start(self) -> None:
        self.attempt(lifecycle.start)

    @rule()
    def end(self) -> None:
        self.attempt(lifecycle.end, reason="Over.")

    @rule()
    def account(self) -> None:
        self.attempt(lifecycle.account)

    @rule()
    def time_passes(self) -> None:
        """What the beat does, at any moment."""
        for due in lifecycle.due_to_lapse(now=self.now):
            lifecycle.lapse(deployment=due, actor=making.PROGRAM, now=self.now)
        for due in lifecycle.due_to_expire(now=self.now):
            lifecycle.expire(deployment=due, actor=making.PROGRAM, now=self.now)
        assert lifecycle.due_to_lapse(now=self.now) == []
        assert lifecycle.due_to_expire(now=self.now) == []

    @rule(who=person, rank=st.sampled_from(["constable", "inspector", "superintendent"]))
    def change_rank(self, who: str, rank: str) -> None:
        User.objects.filter(pk=self.people[who].pk).update(rank=rank)

    @rule(who=person)
    def change_use(self, who: str) -> None:
        user = User.objects.get(pk=self.people[who].pk)
        User.objects.filter(pk=user.pk).update(is_active=not user.is_active)

    @invariant()
    def authority_is_there(self) -> None:
        """No deployment under authority without one for its current digest, by two other people
        of rank, that was in force when it came there."""
        if not hasattr(self, "made"):
            return
        made = self.current()
        if made.state not in states.UNDER_AUTHORITY:
            return
        version = made.current_version
        assert version is not None
        authors = set(version.authors.values_list("person_id", flat=True))
        assert made.created_by_id in authors
        decisions = list(version.determinations.filter(outcome="given"))
        authorities = [
            one
            for one in decisions
            if one.kind in ("oral", "authority")
            and not hasattr(one, "end")
            and one.at <= made.state_at < (one.valid_until or made.state_at)
        ]
        assert authorities
        for one in authorities:
            lowest = version.authorising_level if one.kind == "authority" else version.urgent_level
            assert ORDER.index(one.rank) >= lowest
            assert one.person_id not in authors
            assert one.seen_digest == version.digest
            if one.kind == "authority":
                reviews = [r for r in decisions if r.kind == "review"]
                assert [r for r in reviews if r.person_id not in {*authors, one.person_id}]

    @invariant()
    def what_holds_is_booked_and_nothing_else(self) -> None:
        if not hasattr(self, "made"):
            return
        made = self.current()
        kinds = set(Booking.objects.filter(deployment=made).values_list("kind", flat=True))
        if made.state in states.HOLDING:
            assert kinds == {"system", "person", "zone"}
        else:
            assert kinds == set()

    @invariant()
    def every_state_has_its_entry(self) -> None:
        if not hasattr(self, "made"):
            return
        made = self.current()
        times = Entry.objects.filter(subject=made.subject).order_by("-seq")
        if made.state != states.DRAFT:
            last: datetime = times.values_list("at", flat=True)[0]
            assert last >= made.state_at or made.state == states.READY


@pytest.mark.both_databases
@pytest.mark.django_db
def test_any_order_of_verbs_keeps_the_rules() -> None:
    run_state_machine_as_test(
        Life, settings=settings(max_examples=100, stateful_step_count=30, deadline=None)
    )
