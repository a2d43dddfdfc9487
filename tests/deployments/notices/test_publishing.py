"""Publishing, changing and cancelling notices, by the service and in the ledger."""

import hashlib
import json
import re
import tomllib
from datetime import timedelta

import pytest
from django.conf import settings

from overt.accounts.permissions import NotAllowed
from overt.deployments import states
from overt.deployments.application import tasks
from overt.deployments.errors import NoticeRefused, NotWhatWasShown, WrongState
from overt.deployments.models import Deployment, Notice, NoticeKind
from overt.deployments.selectors.notices import (
    is_owed,
    latest,
    notice_fault,
    owed,
    preview,
    standing,
)
from overt.deployments.services import deciding, drafts, lifecycle, notices, submitting
from overt.ledger.models import Entry
from tests.deployments import making

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SOON = making.NOW + timedelta(hours=1)
THREAT = making.THREAT


def publish(made: Deployment, *, at=SOON, **changes):
    given = {
        "seen_digest": making.digest(made),
        "actor": making.actor(made.created_by),
        "now": at,
    }
    return notices.publish(deployment=made, **(given | changes))


def fresh(made: Deployment) -> Deployment:
    return Deployment.objects.select_related("current_version").get(pk=made.pk)


def entries(made: Deployment) -> list[tuple[str, dict]]:
    found = Entry.objects.filter(subject=made.subject, verb__startswith="notice.").order_by("seq")
    return [(entry.verb, json.loads(entry.payload)) for entry in found]


def approve_again(made: Deployment, now) -> Deployment:
    """Open, submit unchanged, review, authorise."""
    cast = making.people()
    planner = making.actor(cast.planner)
    made = fresh(made)
    submitting.submit(deployment=made, seen_revision=made.revision, actor=planner, now=now)
    for verb, who, extra in (
        (deciding.review, cast.legal, {"supported": True}),
        (deciding.authorise, cast.officer, {"given": True}),
    ):
        verb(
            deployment=made,
            seen_digest=making.digest(made),
            reason="Necessary.",
            actor=making.actor(who),
            now=now,
            **extra,
        )
    return fresh(made)


def test_the_first_notice_is_an_announcement_whose_digest_is_that_of_its_document():
    made = making.deployment_in(states.AUTHORISED)
    notice = publish(made)
    assert (notice.number, notice.kind) == (1, NoticeKind.ANNOUNCEMENT)
    assert notice.digest == hashlib.sha256(notice.document.encode()).hexdigest()
    assert notice.lead_hours == 265
    assert notice.exception_reason == ""
    document = json.loads(notice.document)
    assert document["paragraphs"] == notice.text.split("\n\n")
    assert document["application"]["digest"] == making.digest(made)
    assert entries(made) == [
        (
            "notice.published",
            {
                "number": 1,
                "digest": notice.digest,
                "application": making.digest(made),
                "starts_at": "2026-12-05T11:00:00Z",
                "ends_at": "2026-12-05T16:00:00Z",
                "lead_hours": 265,
                "exception": False,
            },
        )
    ]
    assert notice_fault(fresh(made)) == ""


@pytest.mark.parametrize(
    "state",
    [
        states.SUBMITTED,
        states.REVIEWED,
        states.REFUSED,
        states.WITHDRAWN,
        states.EXPIRED,
        states.ACCOUNTED,
    ],
)
def test_nothing_is_announced_without_an_authority(state):
    made = making.deployment_in(state)
    before = Notice.objects.count()
    with pytest.raises(WrongState):
        publish(made)
    assert Notice.objects.count() == before


def test_an_authority_that_ran_out_announces_nothing():
    made = making.deployment_in(states.AUTHORISED, notice=THREAT)
    with pytest.raises(WrongState, match="No authority is in force"):
        publish(made, at=made.takedown_at)


def test_only_a_planner_publishes_and_cancels():
    made = making.deployment_in(states.AUTHORISED)
    cast = making.people()
    for user in (cast.legal, cast.officer, cast.operator, cast.auditor):
        actor = making.actor(user)
        with pytest.raises(NotAllowed):
            publish(made, actor=actor)
        with pytest.raises(NotAllowed):
            notices.cancel_notice(deployment=made, reason="No.", actor=actor, now=SOON)
    assert not Notice.objects.exists()


def test_what_is_published_is_what_was_shown():
    made = making.deployment_in(states.AUTHORISED, notice=THREAT)
    early = preview(fresh(made), now=SOON)
    with pytest.raises(NotWhatWasShown):
        publish(made, seen_digest="0" * 64)
    late = made.starts_at - timedelta(hours=2)
    with pytest.raises(NotWhatWasShown, match="reads differently"):
        publish(made, at=late, seen_words=early.words_digest)
    assert publish(made, seen_words=early.words_digest).text == "\n\n".join(early.paragraphs)


def test_the_same_version_is_announced_once():
    made = making.deployment_in(states.AUTHORISED)
    publish(made)
    with pytest.raises(WrongState, match="published already"):
        publish(made, at=SOON + timedelta(minutes=1))


def test_a_late_notice_is_refused_without_a_reason_and_published_with_one():
    late = making.START - timedelta(hours=23, minutes=59)
    made = making.deployment_in(states.AUTHORISED)
    with pytest.raises(NoticeRefused, match="Fewer than the 24 hours"):
        publish(made, at=late)
    assert publish(made, at=making.START - timedelta(hours=24)).lead_hours == 24


def test_a_late_notice_carries_the_reason_that_was_authorised():
    made = making.deployment_in(states.AUTHORISED, notice=THREAT)
    assert publish(made, at=making.START - timedelta(hours=3)).exception_reason == (
        THREAT.exception_reason
    )
    assert THREAT.exception_reason in Notice.objects.get().text
    assert "less than 24 hours before the start" in Notice.objects.get().text
    assert entries(made)[0][1]["exception"] is True


def test_a_reason_is_not_published_when_the_notice_comes_in_time():
    made = making.deployment_in(states.AUTHORISED, notice=THREAT)
    notice = publish(made)
    assert notice.exception_reason == ""
    assert THREAT.exception_reason not in notice.document


def test_the_exception_lets_a_notice_be_left_out_and_is_published_afterwards():
    made = making.live_without_notice()
    assert notice_fault(made) == ""
    assert is_owed(fresh(made))
    lifecycle.end(
        deployment=made, reason="", actor=making.PROGRAM, now=making.START + timedelta(hours=4)
    )
    assert is_owed(fresh(made))
    assert owed() == [made]
    notice = publish(made, at=making.START + timedelta(hours=20))
    assert notice.lead_hours == -20
    assert "published after the start" in notice.text
    assert not is_owed(fresh(made))
    assert owed() == []


def test_the_planner_cancels_and_publishes_anew():
    made = making.deployment_in(states.AUTHORISED)
    first = publish(made)
    second = notices.cancel_notice(
        deployment=made,
        reason="The wording misleads.",
        actor=making.actor(made.created_by),
        now=SOON + timedelta(minutes=5),
    )
    assert (second.number, second.kind) == (2, NoticeKind.CANCELLATION)
    assert json.loads(second.document)["replaces"] == first.digest
    assert json.loads(second.document)["event"] == "cancelled"
    assert "misleads" not in second.document
    assert entries(made)[-1] == (
        "notice.cancelled",
        {
            "number": 2,
            "digest": second.digest,
            "event": "cancelled",
            "reason": "The wording misleads.",
        },
    )
    assert standing(made) is None
    assert notice_fault(fresh(made)) == "No notice is published."
    third = publish(made, at=SOON + timedelta(minutes=10))
    assert (third.number, third.kind) == (3, NoticeKind.CHANGE)
    assert "Notice 2" in third.text
    with pytest.raises(WrongState, match="no notice that stands"):
        notices.cancel_notice(
            deployment=making.draft(title="Another", start=making.START + timedelta(days=9)),
            reason="None.",
            actor=making.actor(made.created_by),
            now=SOON,
        )


def test_without_its_notice_a_ready_deployment_is_authorised_again():
    made = making.deployment_in(states.READY)
    notices.cancel_notice(
        deployment=made, reason="Wrong.", actor=making.actor(made.created_by), now=SOON
    )
    assert fresh(made).state == states.AUTHORISED


def test_a_live_deployment_keeps_its_notice_from_its_planner():
    made = making.deployment_in(states.LIVE)
    with pytest.raises(WrongState, match="live"):
        notices.cancel_notice(
            deployment=made,
            reason="Wrong.",
            actor=making.actor(made.created_by),
            now=making.START + timedelta(hours=1),
        )


def test_a_new_version_is_announced_as_a_change_that_says_what_changed():
    made = making.deployment_in(states.AUTHORISED)
    publish(made)
    planner = making.actor(made.created_by)
    at = SOON + timedelta(hours=1)
    drafts.reopen(deployment=made, reason="Another time.", actor=planner, now=at)
    if standing(made):
        notices.cancel_if_published(
            deployment=fresh(made), reason="Another time.", actor=planner, now=at
        )
    opened = fresh(made)
    time = tasks.Time.model_validate(opened.draft["time"])
    drafts.save_task(
        deployment=opened,
        task="time",
        data=time.model_copy(update={"ends_at": time.ends_at - timedelta(hours=1)}),
        seen_revision=opened.revision,
        actor=planner,
        now=at,
    )
    made = approve_again(made, at + timedelta(minutes=5))
    notice = publish(made, at=at + timedelta(minutes=10))
    assert (notice.number, notice.kind) == (3, NoticeKind.CHANGE)
    assert "from 11:00 to 15:00 GMT" in notice.text
    assert "It is now planned anew" in notice.text


@pytest.mark.parametrize(
    ("at", "live", "event"),
    [
        (making.START - timedelta(hours=1), False, "cancelled"),
        (making.START + timedelta(hours=1), False, "cancelled"),
        (making.START + timedelta(hours=5), False, "not_held"),
        (making.START + timedelta(hours=1), True, "stopped"),
        (making.START + timedelta(hours=5, minutes=30), True, "stopped"),
    ],
)
def test_a_cancellation_says_whether_it_had_begun(at, live, event):
    made = making.deployment_in(states.LIVE if live else states.READY)
    notice = notices.cancel_if_published(
        deployment=made, reason="The threat has passed.", actor=making.PROGRAM, now=at
    )
    assert notice is not None
    assert json.loads(notice.document)["event"] == event
    assert notice.published_by is None
    assert "threat" not in notice.document
    assert (
        notices.cancel_if_published(deployment=made, reason="Twice.", actor=making.PROGRAM, now=at)
        is None
    )


def test_a_clock_that_is_behind_keeps_no_cancellation_back_but_every_announcement():
    made = making.deployment_in(states.AUTHORISED)
    publish(made, at=SOON)
    behind = SOON - timedelta(minutes=1)
    notice = notices.cancel_if_published(
        deployment=made, reason="Withdrawn.", actor=making.PROGRAM, now=behind
    )
    assert notice is not None
    assert notice.published_at == SOON
    with pytest.raises(WrongState, match="set the clock right"):
        publish(made, at=behind)


def test_nothing_of_a_refused_publication_is_left(monkeypatch):
    made = making.deployment_in(states.AUTHORISED)
    before = Entry.objects.count()

    def broken(*args, **kwargs):
        raise RuntimeError("no ledger")

    monkeypatch.setattr(notices, "record", broken)
    with pytest.raises(RuntimeError):
        publish(made)
    assert latest(made) is None
    assert Entry.objects.count() == before


def with_notice_of_the_example(text: str) -> str:
    """The profile of a force that is strict about notices as the example is."""
    example = tomllib.loads((settings.POLICY_DIR / "example-force.toml").read_text())
    lead = example["notice"]["lead_hours"]["value"]
    precision = example["place"]["public_precision_m"]["value"]
    text = re.sub(r"(?m)^(lead_hours = \{ value = )\d+", rf"\g<1>{lead}", text)
    text = re.sub(r"(?m)^(public_precision_m = \{ value = )\d+", rf"\g<1>{precision}", text)
    return re.sub(r"(?m)^(critical_threat_exception = \{ value = )true", r"\g<1>false", text)


def test_another_profile_asks_for_another_lead_time_and_gives_a_coarser_place(settings, tmp_path):
    met = settings.POLICY_DIR / "met-2024-09.toml"
    strict = with_notice_of_the_example(met.read_text(encoding="utf-8"))
    (tmp_path / met.name).write_text(strict, encoding="utf-8")
    settings.POLICY_DIR = tmp_path
    made = making.deployment_in(states.AUTHORISED)
    with pytest.raises(NoticeRefused, match=r"168 hours.*allows no exception"):
        publish(made, at=making.START - timedelta(hours=168) + timedelta(seconds=1))
    notice = publish(made, at=making.START - timedelta(hours=168))
    document = json.loads(notice.document)
    assert document["place"]["square"]["side"] == 1000
    assert document["lead"] == {"hours": 168, "required": 168, "exception": ""}


def test_each_verb_that_ends_a_deployment_cancels_its_notice():
    cast = making.people()
    planner, officer = making.actor(cast.planner), making.actor(cast.officer)
    verbs = [
        (deciding.withdraw, {"reason": "No longer.", "actor": officer, "now": SOON}, "cancelled"),
        (drafts.cancel, {"reason": "No longer.", "actor": planner, "now": SOON}, "cancelled"),
        (drafts.reopen, {"reason": "Other times.", "actor": planner, "now": SOON}, "cancelled"),
        (lifecycle.expire, {"actor": making.PROGRAM, "now": None}, "not_held"),
    ]
    for day, (verb, given, event) in enumerate(verbs):
        made = making.deployment_in(
            states.READY, title=f"No. {day}", start=making.START + timedelta(days=3 * day)
        )
        if verb is deciding.withdraw:
            given["seen_digest"] = making.digest(made)
        verb(deployment=made, **(given | {"now": given["now"] or made.takedown_at}))
        last = latest(made)
        assert last.kind == NoticeKind.CANCELLATION, verb
        assert json.loads(last.document)["event"] == event, verb
