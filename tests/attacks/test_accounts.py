"""Attacks on the account of a session, in the browser of somebody who has signed in: to settle it
while an attestation is missing, or to publish what nobody saw.

The reason of a refusal is the name of the discrepancy that stands in the way
(`overt.recognition.account.reconcile`), or the kind of the error.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from overt.recognition import contract, states
from overt.recognition.selectors import account, records
from overt.recognition.services import accounting
from tests.accounts.signing_in import sign_in
from tests.attacks.world import MINUTE, SECOND, Attack, Happening, Stage, before, undone
from tests.deployments import making as deployments
from tests.deployments.making import START
from tests.recognition import making, publishing

pytestmark = pytest.mark.django_db

ENDS = START + timedelta(hours=5)
# After the last moment at which the policy wants anything deleted at once.
NOW = ENDS + 45 * MINUTE
ALL = publishing.deletions(ENDS + MINUTE)


def ran(
    deletions: Sequence[contract.Deletion] = ALL,
    *,
    too_early: Sequence[contract.Deletion] = (),
    number: int = 1,
    **said: Any,
) -> Happening:
    """The session ran to its end with one alert among 90 faces, and the system told of all of it:
    first in the batch `number`. `too_early`: deletions while more could still come. `said`: of the
    alert."""

    def happen(stage: Stage) -> None:
        stage.go_live().at(START + MINUTE)
        told(
            stage,
            number,
            counters=(making.counter(START, 90),),
            alerts=(publishing.decided("1", START + 10 * SECOND, **said),),
            heartbeat=contract.Heartbeat(
                at=START + MINUTE, state="running", faces_total=90, alerts_total=1
            ),
            deletions=tuple(too_early),
        )
        stage.desk.look(ENDS)
        stage.at(ENDS + 2 * SECOND)
        told(stage, number + 1, stopped=making.stopped(ENDS))
        stage.at(ENDS + 2 * MINUTE)
        told(stage, number + 2, deletions=tuple(deletions))
        stage.at(NOW)

    return happen


def told(stage: Stage, number: int, **said: Any) -> None:
    answer = stage.tell(number, **said)
    assert answer.status_code == 200, answer.content


def settled(stage: Stage) -> None:
    ran()(stage)
    accounting.reconcile(
        session_id=stage.desk.session_id,
        actor=deployments.actor(stage.desk.cast.planner),
        now=stage.now,
    )


def posting(what: str, part: str = "planner", **given: str) -> Any:
    """The form of the account's page, sent by who has this part."""

    def attempt(stage: Stage) -> Any:
        client = Client()
        sign_in(client, getattr(stage.desk.cast, part))
        return client.post(f"/sessions/{stage.desk.session_id}/account/{what}/", given)

    return attempt


def explaining_away(stage: Stage) -> Any:
    (found,) = [
        one.discrepancy
        for one in account.shown(stage.session, now=stage.now).unsettled
        if one.discrepancy.name == "alert-undecided"
    ]
    return posting("explain", sha256=found.sha256, words="It was nothing.")(stage)


def publishing_what_was_shown(stage: Stage) -> Any:
    return posting("publish", seen_digest=records.coming(stage.session).digest)(stage)


UNDECIDED = {"decision": None, "decided_at": None, "engaged": None, "outcome": None}
SENTENCES = {
    "wrong-state": ("Only a session that is reconciled", "That has to be resolved"),
    "not-what-was-shown": ("The record reads otherwise than on the page",),
}
redirected = partial(Attack, status=302)
forbidden = partial(Attack, "not-allowed", status=403)

ON_THE_ACCOUNT: dict[str, Attack] = {
    "settled while no deletion is attested": redirected(
        "deletion-overdue", posting("reconcile"), prepared=ran(deletions=())
    ),
    "settled while all but the watchlist's deletion is attested": redirected(
        "deletion-overdue",
        posting("reconcile"),
        prepared=ran(deletions=[one for one in ALL if one.asset != "watchlist"]),
    ),
    "settled on deletions attested before the end": redirected(
        "deletion-overdue",
        posting("reconcile"),
        prepared=ran(deletions=(), too_early=publishing.deletions(START + MINUTE)),
    ),
    "settled while fewer of the watchlist were deleted than were on it": redirected(
        "watchlist-deleted-differs",
        posting("reconcile"),
        prepared=ran(deletions=publishing.deletions(ENDS + MINUTE, watchlist=8_399)),
    ),
    "settled while a batch has not come": redirected(
        "batches-missing", posting("reconcile"), prepared=ran(number=2)
    ),
    "settled while nobody has decided an alert": redirected(
        "alert-undecided", posting("reconcile"), prepared=ran(**UNDECIDED)
    ),
    "an alert that nobody decided, explained away": redirected(
        "wrong-state", explaining_away, prepared=ran(**UNDECIDED)
    ),
    "published while it is not settled": redirected(
        "wrong-state", publishing_what_was_shown, prepared=ran()
    ),
    "published as another text than was shown": redirected(
        "not-what-was-shown", posting("publish", seen_digest="f" * 64), prepared=settled
    ),
    "settled by an operator": forbidden(posting("reconcile", "operator"), prepared=ran()),
    "settled by the officer who authorised it": forbidden(
        posting("reconcile", "officer"), prepared=ran()
    ),
    "published by an auditor": forbidden(
        posting("publish", "auditor", seen_digest="f" * 64), prepared=settled
    ),
}


def test_refused_of_the_account(stage, subtests):
    for sentence, attack in ON_THE_ACCOUNT.items():
        with subtests.test(sentence), undone():
            there = stage.afresh(START)
            assert attack.prepared is not None
            attack.prepared(there)
            earlier = _but_for_signing_in(before())
            response = attack.attempt(there)
            assert response.status_code == attack.status
            if attack.reason != "not-allowed":
                assert attack.reason in _reasons(there, response)
            assert _but_for_signing_in(before()) == earlier
            assert there.session.state in (states.STOPPED, states.RECONCILED)


def test_the_account_that_the_cases_alter_is_settled_and_published(stage):
    ran()(stage)
    posting("reconcile")(stage)
    publishing_what_was_shown(stage)
    assert stage.session.state == states.PUBLISHED


def _reasons(stage: Stage, response: Any) -> set[str]:
    """By what the person was told."""
    (said,) = [str(one) for one in get_messages(response.wsgi_request)]
    found = {kind for kind, parts in SENTENCES.items() for one in parts if said.startswith(one)}
    return found | {
        one.discrepancy.name
        for one in account.shown(stage.session, now=stage.now).unsettled
        if one.discrepancy.sentence in said
    }


def _but_for_signing_in(rows: Any) -> Any:
    return {
        table: {key: {**row, "last_login": None} for key, row in found.items()}
        if table == "accounts_user"
        else found
        for table, found in rows.items()
    }
