"""What is not published does not come through: by reference, token, address, search or field."""

import json
import re
from datetime import timedelta

import pytest

from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.application import tasks
from overt.deployments.models import Deployment, Sign
from overt.deployments.services import deciding, drafts
from tests.deployments import making
from tests.register.announcing import SOON, announced, cancelled

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

INTERNAL = "INTERNAL-7f3a"
UNANNOUNCED = (
    states.DRAFT,
    states.SUBMITTED,
    states.REVIEWED,
    states.AUTHORISED,
    states.REFUSED,
    states.WITHDRAWN,
    states.CANCELLED,
    states.EXPIRED,
)


def everything(client, *references):
    """Every public answer about `references`, and every list, as one text."""
    addresses = [
        "/register/",
        "/register/?when=past",
        "/register/?when=upcoming",
        "/register/?when=today",
        "/register/feed.atom",
        "/register/notices.json",
        "/register/records/",
        "/register/records/2026/",
        "/register/records/2026.csv",
        "/register/records/2026.json",
        "/register/records/2026/totals/",
        "/register/records/2026/totals.csv",
        "/register/records/2026/totals.json",
    ]
    for reference in references:
        addresses += [
            f"/register/{reference}/",
            f"/register/{reference}/notice.json",
            f"/register/{reference}/record.json",
            f"/register/{reference}/record.csv",
            f"/register/{reference}/records/1.json",
            *(f"/register/{reference}/notices/{number}.json" for number in range(1, 4)),
        ]
    signs = Sign.objects.filter(deployment__reference__in=references)
    addresses += [f"/signs/{token}/" for token in signs.values_list("token", flat=True)]
    return "\n".join(client.get(address).content.decode() for address in addresses)


@pytest.mark.parametrize("state", UNANNOUNCED)
def test_what_was_never_announced_is_answered_as_what_never_was(client, state):
    made = making.deployment_in(state)
    never = client.get("/register/LFR-1999-0001/")
    for address in (
        f"/register/{made.reference}/",
        f"/register/{made.reference}/notice.json",
        f"/register/{made.reference}/notices/1.json",
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (404, never.content)
        assert answer.headers.get("ETag") is None
    unknown = client.get("/signs/no-sign-has-this-token-at-all/")
    for sign in Sign.objects.filter(deployment=made):
        answer = client.get(f"/signs/{sign.token}/")
        assert (answer.status_code, answer.content) == (404, unknown.content)
    said = everything(client, made.reference)
    assert made.reference not in said
    assert "5 December 2026" not in said
    assert "Sample borough" not in said


def test_nothing_internal_of_what_is_announced_comes_through(client):
    cast = making.people()
    draft = making.complete_draft(cast)
    made = announced(
        title=f"{INTERNAL} title",
        use_case=draft.use_case.model_copy(update={"reason": INTERNAL}),
        place=draft.place.model_copy(update={"description": INTERNAL, "statement": INTERNAL}),
        watchlist=draft.watchlist.model_copy(update={"criteria": INTERNAL}),
        necessity=draft.necessity.model_copy(update={"aim": INTERNAL, "proportionality": INTERNAL}),
    )
    cancelled(made)
    said = everything(client, made.reference)
    assert made.reference in said
    assert INTERNAL not in said
    for name in _names():
        assert not re.search(rf"\b{re.escape(name)}\b", said), name
    for number in _figures(draft):
        assert number not in said, number
    for token in Sign.objects.values_list("token", flat=True):
        assert token not in said


def test_a_withdrawal_gives_the_public_no_reason(client):
    made = announced()
    deciding.withdraw(
        deployment=made,
        seen_digest=making.digest(made),
        reason=INTERNAL,
        actor=making.actor(making.people().officer),
        now=SOON + timedelta(hours=1),
    )
    said = everything(client, made.reference)
    assert "This was cancelled" in said
    assert INTERNAL not in said


def test_what_is_changed_after_a_notice_stays_inside_until_it_is_published(client):
    made = announced()
    planner, at = making.actor(made.created_by), SOON + timedelta(hours=1)
    drafts.reopen(deployment=made, reason=INTERNAL, actor=planner, now=at)
    opened = Deployment.objects.get(pk=made.pk)
    time = tasks.Time.model_validate(opened.draft["time"])
    moved = {name: value + timedelta(days=2) for name, value in time if name.endswith("_at")}
    opened = drafts.save_task(
        deployment=opened,
        task="time",
        data=time.model_copy(update=moved),
        seen_revision=opened.revision,
        actor=planner,
        now=at,
    )
    place = tasks.Place.model_validate(opened.draft["place"])
    drafts.save_task(
        deployment=opened,
        task="place",
        data=place.model_copy(update={"public_place": INTERNAL, "borough": None}),
        seen_revision=opened.revision,
        actor=planner,
        now=at,
    )
    said = everything(client, made.reference)
    assert INTERNAL not in said
    assert "7 December 2026" not in said
    assert "Draft" not in said
    assert made.reference in client.get("/register/?borough=Sample+borough").content.decode()


def test_the_documents_have_no_other_fields_than_they_say(client):
    made = announced()
    document = json.loads(client.get(f"/register/{made.reference}/notice.json").content)
    assert set(document) == {
        "application",
        "ends_at",
        "event",
        "force",
        "format",
        "kind",
        "lead",
        "number",
        "paragraphs",
        "place",
        "policy",
        "published_at",
        "reference",
        "replaces",
        "starts_at",
    }
    assert set(document["place"]) == {"name", "borough", "square"}
    [listed] = client.get("/register/notices.json").json()["notices"]
    assert set(listed) == {
        "digest",
        "document",
        "ends_at",
        "event",
        "exception",
        "kind",
        "lead_hours",
        "number",
        "page",
        "place",
        "published_at",
        "reference",
        "starts_at",
        "text",
    }


def test_two_zones_in_one_square_are_told_apart_by_nothing(client):
    area = making.borough()
    # Both in the south-west quarter of one square of the grid's.
    corner = (area.west // 500_00 * 500_00 + 1000_00, area.south // 500_00 * 500_00 + 1000_00)
    one = announced(zone=making.square(corner[0] + 50_00, corner[1] + 50_00, 100_00))
    other = announced(
        title="Other",
        start=making.START + timedelta(days=3),
        zone=making.square(corner[0] + 260_00, corner[1] + 310_00, 150_00),
    )
    squares = [
        json.loads(client.get(f"/register/{made.reference}/notice.json").content)["place"]["square"]
        for made in (one, other)
    ]
    assert squares[0] == squares[1]
    assert squares[0]["side"] == 500


def _names():
    for user in User.objects.all():
        yield from {user.username, user.first_name, user.last_name} - {""}


def _figures(draft):
    for east, north in draft.place.zone:
        yield from (str(east), str(north), str(east // 100), str(north // 100))
    for sign in draft.signs.signs:
        yield from (str(part) for part in sign.position)
    yield from ("8000", "8,000", "8500", "8,500", "0.64", draft.resources.system.name)
