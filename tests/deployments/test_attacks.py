"""Direct attempts on the database, past every service: each is refused by the database itself."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction

from overt.accounts import roles
from overt.accounts.models import Rank, User
from overt.deployments import states, triggers
from overt.deployments.errors import DeploymentError
from overt.deployments.models import (
    AuthorityEnd,
    Deployment,
    Determination,
    Version,
    VersionAuthor,
)
from overt.deployments.services import deciding, drafts, submitting

from . import making

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def refused(attempt: Callable[[], Any]) -> str:
    """The database's words. Fails where it let the attempt through."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        attempt()
    return str(caught.value)


def rows(made: Deployment) -> Any:
    return Deployment.objects.filter(pk=made.pk)


def decision(made: Deployment, person: User, **changes: Any) -> Determination:
    """An authority as the service would write it."""
    version = Deployment.objects.get(pk=made.pk).current_version
    assert version is not None
    fields: dict[str, Any] = {
        "version": version,
        "kind": "authority",
        "outcome": "given",
        "person": person,
        "rank": person.rank,
        "at": making.NOW + timedelta(hours=1),
        "seen_digest": version.digest,
        "reason": "Forged.",
        "valid_until": making.START,
    }
    return Determination(**(fields | changes))


def officer(username: str = "forged", rank: Rank = Rank.SUPERINTENDENT) -> User:
    return making.account(username, roles.AUTHORISING_OFFICER, rank=rank)


# States


@pytest.mark.parametrize("state", [s for s in states.LABELS if s != states.DRAFT])
def test_no_deployment_begins_in_another_state(state: str) -> None:
    made = making.deployment_in(states.SUBMITTED)
    made.pk, made.reference, made.state = None, "LFR-2026-9999", state
    assert "begins as a draft" in refused(lambda: Deployment.objects.bulk_create([made]))


def test_update_cannot_make_it_authorised() -> None:
    for state in (states.DRAFT, states.SUBMITTED, states.REVIEWED):
        made = making.deployment_in(state, start=_start(state))
        for wanted in states.UNDER_AUTHORITY:
            later = made.state_at + timedelta(hours=1)
            refused(partial(rows(made).update, state=wanted, state_at=later))


def _start(state: str) -> Any:
    return making.START + timedelta(days=2 * list(states.LABELS).index(state))


def test_raw_sql_cannot_make_it_ready() -> None:
    made = making.deployment_in(states.REVIEWED)

    def attempt() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {triggers.DEPLOYMENT} SET state = 'ready' WHERE id = %s", [made.pk]
            )

    assert "cannot go from that state" in refused(attempt)


def test_save_cannot_make_it_ready() -> None:
    made = making.deployment_in(states.SUBMITTED)
    made.state = states.READY
    refused(made.save)


def test_a_withdrawn_deployment_is_never_live_again() -> None:
    made = making.deployment_in(states.WITHDRAWN)
    for state in (states.AUTHORISED, states.READY, states.LIVE, states.DRAFT):
        refused(partial(rows(made).update, state=state))


def test_an_authority_that_ended_lets_nothing_go_on() -> None:
    made = making.deployment_in(states.AUTHORISED)
    authority = Determination.objects.get(kind="authority")
    AuthorityEnd.objects.create(
        authority=authority, kind="expired", reason="Over.", at=making.NOW + timedelta(hours=1)
    )
    later = making.NOW + timedelta(hours=2)
    said = refused(lambda: rows(made).update(state=states.READY, state_at=later))
    assert "no authority" in said


def test_an_authority_out_of_time_lets_nothing_go_on() -> None:
    made = making.deployment_in(states.AUTHORISED)
    assert made.takedown_at
    late = made.takedown_at
    said = refused(lambda: rows(made).update(state=states.READY, state_at=late))
    assert "no authority" in said


def test_the_time_of_a_state_never_goes_back() -> None:
    made = making.deployment_in(states.AUTHORISED)
    early = made.state_at - timedelta(seconds=1)
    said = refused(lambda: rows(made).update(state=states.READY, state_at=early))
    assert "never goes back" in said


def test_nothing_is_held_without_a_booking() -> None:
    made = making.deployment_in(states.DRAFT)
    text = "{}"
    version = Version.objects.create(
        deployment=made,
        number=1,
        digest="e" * 64,
        document=text,
        author=made.created_by,
        submitted_at=making.NOW,
        starts_at=making.START,
        ends_at=making.START + timedelta(hours=1),
        review_required=False,
        authorising_level=0,
        urgent_level=0,
        urgent_written_hours=1,
    )
    said = refused(
        lambda: rows(made).update(state="submitted", current_version=version, state_at=making.NOW)
    )
    assert "booked" in said


# What was said


def test_what_was_submitted_cannot_be_rewritten() -> None:
    made = making.deployment_in(states.AUTHORISED)
    for changes in (
        {"draft": {}},
        {"starts_at": making.START - timedelta(hours=1)},
        {"title": "Elsewhere"},
        {"policy_digest": "0" * 64},
        {"current_version": None},
        {"created_by": making.account("other")},
        {"reference": "LFR-2026-7777"},
    ):
        refused(partial(rows(made).update, **changes))


def test_a_version_its_authors_and_decisions_are_kept() -> None:
    making.deployment_in(states.WITHDRAWN)
    for model, values in (
        (Version, {"document": "{}"}),
        (VersionAuthor, {"person": making.account("other")}),
        (Determination, {"outcome": "refused"}),
        (AuthorityEnd, {"reason": "Another."}),
    ):
        assert "kept" in refused(partial(model.objects.update, **values))
        assert "kept" in refused(partial(model.objects.all()._raw_delete, "default"))


def test_a_deployment_is_never_deleted() -> None:
    made = making.deployment_in(states.CANCELLED)
    assert "kept" in refused(lambda: rows(made)._raw_delete("default"))


def test_nobody_is_added_to_or_left_out_of_the_authors_afterwards() -> None:
    making.deployment_in(states.SUBMITTED)
    version = Version.objects.get()
    said = refused(
        lambda: VersionAuthor.objects.create(version=version, person=making.account("other"))
    )
    assert "before it is submitted" in said


def test_a_version_comes_next_in_number_and_only_of_a_draft() -> None:
    made = making.deployment_in(states.SUBMITTED)
    version = Version.objects.get()
    version.pk, version.digest, version.number = None, "e" * 64, 3
    assert "next in number" in refused(lambda: Version.objects.bulk_create([version]))
    version.number = 2
    assert "only a draft" in refused(lambda: Version.objects.bulk_create([version]))
    assert made.versions.count() == 1


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="INSERT OR REPLACE is SQLite's")
def test_insert_or_replace_replaces_nothing() -> None:
    making.deployment_in(states.AUTHORISED)
    for table in (triggers.DEPLOYMENT, triggers.VERSION, triggers.AUTHOR, triggers.DETERMINATION):

        def attempt(table: str = table) -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")

        refused(attempt)


# Decisions


def test_bulk_create_cannot_forge_an_authority_before_the_review() -> None:
    made = making.deployment_in(states.SUBMITTED)
    forged = decision(made, officer())
    assert "legal adviser" in refused(lambda: Determination.objects.bulk_create([forged]))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rank": "chief_officer"}, "not of that rank"),
        ({"seen_digest": "0" * 64}, "not this version"),
        ({"at": making.NOW - timedelta(days=1)}, "after the version"),
        ({"kind": "review", "valid_until": None}, "there already"),
    ],
)
def test_a_decision_with_a_wrong_column_is_refused(changes: dict[str, Any], said: str) -> None:
    made = making.deployment_in(states.REVIEWED)
    assert said in refused(decision(made, officer(), **changes).save)


def test_rank_role_and_use_are_read_when_it_is_written() -> None:
    made = making.deployment_in(states.REVIEWED)
    assert "below" in refused(decision(made, officer("ins", Rank.INSPECTOR)).save)
    without_role = making.account("norole", rank=Rank.COMMANDER)
    assert "only an authorising officer" in refused(decision(made, without_role).save)
    superuser = making.account("root", rank=Rank.COMMANDER)
    User.objects.filter(pk=superuser.pk).update(is_superuser=True, is_staff=True)
    assert "only an authorising officer" in refused(decision(made, superuser).save)
    closed = officer("closed")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    assert "not in use" in refused(decision(made, closed).save)


def test_nobody_decides_on_their_own_or_twice() -> None:
    cast = making.people()
    for person in (cast.planner, cast.legal):
        person.groups.set(Group.objects.all())
        User.objects.filter(pk=person.pk).update(rank=Rank.COMMANDER)
        person.refresh_from_db()
    made = making.deployment_in(states.REVIEWED, cast)
    for person in (cast.planner, cast.legal):
        person.groups.set(Group.objects.all())
    assert "what they wrote" in refused(decision(made, cast.planner).save)
    assert "both reviews and authorises" in refused(decision(made, cast.legal).save)


def test_a_second_decision_of_a_kind_is_refused() -> None:
    made = making.deployment_in(states.AUTHORISED)
    refused(decision(made, officer("second")).save)


def test_a_decision_on_an_older_version_is_refused() -> None:
    cast = making.people()
    made = making.deployment_in(states.REVIEWED, cast)
    old = Version.objects.get()
    later = making.NOW + timedelta(hours=1)
    planner = making.actor(cast.planner)
    drafts.reopen(deployment=made, reason="Other words.", actor=planner, now=later)
    made = drafts.rename(deployment=made, title="Another", actor=planner, now=later)
    submitting.submit(deployment=made, seen_revision=made.revision, actor=planner, now=later)
    forged = decision(made, officer(), version=old, seen_digest=old.digest, at=later)
    assert "not waiting" in refused(forged.save)


# Two at once


DECIDE = """
import django, sys, json
django.setup()
from datetime import datetime, timedelta
from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.deployments.errors import DeploymentError
from overt.deployments.models import Deployment
from overt.deployments.services import deciding
who, given, at, digest = sys.argv[1:]
made = Deployment.objects.get()
actor = Actor.of_user(User.objects.get(username=who))
print("at the line", flush=True)
sys.stdin.readline()
try:
    deciding.authorise(deployment=made, seen_digest=digest, given=given == "yes",
        reason="As said.", actor=actor, now=datetime.fromisoformat(at))
    print("done")
except DeploymentError as error:
    print(type(error).__name__)
"""


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_decides(other_process_env: dict[str, str]) -> None:
    made = making.deployment_in(states.REVIEWED)
    officer("one")
    officer("two")
    at = (making.NOW + timedelta(hours=1)).isoformat()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", DECIDE, who, given, at, making.digest(made)],
            env=other_process_env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for who, given in (("one", "yes"), ("two", "no"))
    ]
    for process in running:
        assert process.stdout and process.stdout.readline() == "at the line\n"
    said = sorted(process.communicate("go\n")[0].strip() for process in running)
    assert said == ["WrongState", "done"]
    assert Determination.objects.filter(kind="authority").count() == 1


def test_a_replayed_decision_changes_nothing() -> None:
    cast = making.people()
    made = making.deployment_in(states.AUTHORISED, cast)
    with pytest.raises(DeploymentError):
        deciding.authorise(
            deployment=made,
            seen_digest=making.digest(made),
            given=True,
            reason="Again.",
            actor=making.actor(cast.officer),
            now=making.NOW + timedelta(hours=1),
        )
    assert Determination.objects.count() == 2


def test_the_page_of_another_tab_decides_nothing() -> None:
    cast = making.people()
    made = making.deployment_in(states.REVIEWED, cast)
    with pytest.raises(DeploymentError, match="another version"):
        deciding.authorise(
            deployment=made,
            seen_digest="0" * 64,
            given=True,
            reason="As said.",
            actor=making.actor(cast.officer),
            now=making.NOW + timedelta(hours=1),
        )


def test_the_triggers_are_there() -> None:
    assert triggers.CONTROL.faults(connection) == []
