"""What happens to a deployment, its people and its session before an attack, by the services."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from overt import triggers
from overt.accounts.models import Rank
from overt.accounts.services import people
from overt.deployments.models import CheckKind, Deployment, SignCheck
from overt.deployments.services import deciding, drafts, notices, submitting
from overt.deployments.services.signs import record_check
from tests.attacks.world import MINUTE, Happening, Stage
from tests.deployments import making as deployments
from tests.deployments.making import PROGRAM
from tests.recognition import making


def all_of(*happenings: Happening) -> Happening:
    """One after another."""

    def happen(stage: Stage) -> None:
        for one in happenings:
            one(stage)

    return happen


def later(by: timedelta) -> Happening:
    """The clock of Overt, and of whoever looks at it, goes on."""
    return lambda stage: stage.at(stage.now + by)


def at(moment: datetime) -> Happening:
    return lambda stage: stage.at(moment)


def asks(number: int, **changes: Any) -> Happening:
    """The system asks for a permit, whatever it is told."""
    return lambda stage: stage.ask(number, **changes)


def a_worker_looks(stage: Stage) -> None:
    stage.desk.look(stage.now)


# People.


def disabled(part: str) -> Happening:
    """The account of who has this part (a field of `People`) is disabled."""
    return lambda stage: people.disable_account(
        username=getattr(stage.desk.cast, part).username, actor=PROGRAM, now=stage.now
    )


def enabled(part: str) -> Happening:
    return lambda stage: people.enable_account(
        username=getattr(stage.desk.cast, part).username, actor=PROGRAM, now=stage.now
    )


def account_disabled(username: str) -> Happening:
    return lambda stage: people.disable_account(username=username, actor=PROGRAM, now=stage.now)


def demoted(part: str, rank: Rank) -> Happening:
    return lambda stage: people.change_account(
        username=getattr(stage.desk.cast, part).username, rank=rank, actor=PROGRAM, now=stage.now
    )


def moved_to(part: str, *, gains: str, loses: str) -> Happening:
    """Who has this part has another role now."""
    return lambda stage: people.change_account(
        username=getattr(stage.desk.cast, part).username,
        add_roles=[gains],
        remove_roles=[loses],
        actor=PROGRAM,
        now=stage.now,
    )


# The deployment.


def withdrawn(stage: Stage) -> None:
    deciding.withdraw(
        deployment=stage.desk.deployment,
        seen_digest=deployments.digest(stage.desk.deployment),
        reason="The threat has passed.",
        actor=deployments.actor(stage.desk.cast.officer),
        now=stage.now,
    )


def reopened(stage: Stage) -> None:
    drafts.reopen(
        deployment=stage.desk.deployment,
        reason="Another square.",
        actor=deployments.actor(stage.desk.cast.planner),
        now=stage.now,
    )


def edited_and_authorised_anew(stage: Stage) -> None:
    """Everything is decided again, for another version than that of the session."""
    reopened(stage)
    cast, now = stage.desk.cast, stage.now
    planner = deployments.actor(cast.planner)
    again = Deployment.objects.get(pk=stage.desk.deployment.pk)
    again = drafts.save_task(
        deployment=again,
        task="notice",
        data=deployments.THREAT,
        seen_revision=again.revision,
        actor=planner,
        now=now,
    )
    submitting.submit(deployment=again, seen_revision=again.revision, actor=planner, now=now)
    seen = deployments.digest(again)
    deciding.review(
        deployment=again,
        seen_digest=seen,
        supported=True,
        reason="Necessary.",
        actor=deployments.actor(cast.legal),
        now=now,
    )
    deciding.authorise(
        deployment=again,
        seen_digest=seen,
        given=True,
        reason="Necessary.",
        actor=deployments.actor(cast.officer),
        now=now,
    )


def cancelled(stage: Stage) -> None:
    drafts.cancel(
        deployment=stage.desk.deployment,
        reason="Not needed.",
        actor=deployments.actor(stage.desk.cast.planner),
        now=stage.now,
    )


def notice_cancelled(stage: Stage) -> None:
    notices.cancel_notice(
        deployment=stage.desk.deployment,
        reason="A mistake in it.",
        actor=deployments.actor(stage.desk.cast.planner),
        now=stage.now,
    )


def notice_cancelled_past_the_verb(stage: Stage) -> None:
    """As above, but that the deployment stays as it was."""
    notices.cancel_if_published(
        deployment=stage.desk.deployment, reason="A mistake.", actor=PROGRAM, now=stage.now
    )


def sign_reported_down(stage: Stage) -> None:
    sign = stage.desk.deployment.signs.first()
    record_check(
        sign=sign,
        kind=CheckKind.MISSING,
        here=None,
        note="",
        key="attack-on-signs",
        actor=deployments.actor(stage.desk.cast.operator),
        now=stage.now,
    )


def sign_down_for_too_long(stage: Stage) -> None:
    """Longer than the grace of a live session."""
    sign_reported_down(stage)
    later(5 * MINUTE)(stage)


def sign_seen_by_a_clock_that_is_ahead(stage: Stage) -> None:
    """A day from now; otherwise not for an hour."""
    ahead = stage.now + timedelta(days=1)
    stage.desk.recheck_signs(ahead)
    later(61 * MINUTE)(stage)
    assert SignCheck.objects.filter(at=ahead).exists()


def text_of_the_version_changed(stage: Stage) -> None:
    """By somebody who owns the database."""
    triggers.remove_all(connection)
    version = stage.session.version
    version.document = version.document.replace('"threshold":"0.64"', '"threshold":"0.10"')
    version.save(update_fields=["document"])


# The session.


def stopped_by_a_person(stage: Stage) -> None:
    stage.desk.stop(stage.now)


def system_says_that_it_stopped(stage: Stage) -> None:
    answer = stage.tell(800, stopped=making.stopped(stage.now))
    assert answer.status_code == 200, answer.content


def watchlist_of(number: int, **changes: Any) -> Happening:
    """The system sends another manifest, which is taken in."""

    def happen(stage: Stage) -> None:
        answer = stage.send_manifest(making.manifest(number=number, **changes))
        assert answer.status_code == 200, answer.content

    return happen
