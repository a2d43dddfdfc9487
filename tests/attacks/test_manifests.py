"""Attacks by the watchlist's manifest: swapped, stale, too many, unknown, too late."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from overt.deployments.models import System
from overt.recognition import contract
from tests.attacks.happenings import (
    at,
    stopped_by_a_person,
    text_of_the_version_changed,
    watchlist_of,
)
from tests.attacks.world import (
    MINUTE,
    SECOND,
    Attack,
    Attempt,
    Stage,
    assert_each_refused,
    assert_unchanged,
    before,
)
from tests.deployments.making import START
from tests.recognition import making
from tests.recognition.contract.bodies import written

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
OTHER = "cd" * 32
COURT, WARRANT = "Subject to court conditions", "Wanted on warrant"


def sending(number: int = 2, **changes: Any) -> Attempt:
    """A manifest as the deployment authorises it, but for the `changes`, in the words of JSON."""

    def attempt(stage: Stage) -> Any:
        content = making.manifest().model_dump(mode="json") | {"number": number} | changes
        return stage.wire.send(stage.wire.address("manifest"), written(content), at=stage.now)

    return attempt


def asking(watchlist: str = making.WATCHLIST) -> Attempt:
    return lambda stage: stage.ask(watchlist=watchlist)


def of(**counts: int) -> dict[str, Any]:
    """The members of a manifest with so many people on `warrant`, under `court` conditions."""
    names = {"warrant": WARRANT, "court": COURT}
    categories = sorted(
        ({"count": count, "name": names.get(name, name)} for name, count in counts.items()),
        key=lambda one: str(one["name"]),
    )
    return {"categories": categories, "total": sum(counts.values())}


def composed(number: int, *, under_18: int = 0, **counts: int) -> Any:
    """Sent and taken in: how many were authorised is looked at when a permit is asked for."""

    def happen(stage: Stage) -> None:
        answer = sending(number, under_18=under_18, **of(**counts))(stage)
        assert answer.status_code == 200, answer.content

    return happen


def by_another_system(stage: Stage) -> None:
    stage.wire.key, _ = making.system_key(System.objects.create(name="Van 9"), now=stage.now)


permit = partial(Attack, status=403)
refused = partial(Attack, status=422)
conflicting = partial(Attack, status=409)

# Begun as in `world.Stage`: the session is armed with manifest 1.
BEFORE_THE_START: dict[str, Attack] = {
    "a permit for another watchlist than that of the manifest": permit(
        "manifest-is-fresh", asking(OTHER)
    ),
    "a permit for the watchlist of the manifest before": permit(
        "manifest-is-fresh", asking(), prepared=watchlist_of(2, digest=OTHER)
    ),
    "a watchlist built a second more than a day before the start": permit(
        "manifest-is-fresh",
        asking(),
        prepared=watchlist_of(2, built_at=START - DAY - SECOND),
    ),
    "a watchlist of last year": permit(
        "manifest-is-fresh", asking(), prepared=watchlist_of(2, built_at=START - 365 * DAY)
    ),
    "a watchlist that will be built in a second": permit(
        "manifest-is-fresh", asking(), prepared=watchlist_of(2, built_at=START + SECOND)
    ),
    "one person more than authorised": permit(
        "manifest-as-authorised", asking(), prepared=composed(2, warrant=8_001)
    ),
    "as many people as authorised, but more of one category": permit(
        "manifest-as-authorised", asking(), prepared=composed(2, warrant=7_999, court=501)
    ),
    "one child more than authorised": permit(
        "manifest-as-authorised", asking(), prepared=composed(2, warrant=8_000, under_18=1)
    ),
    "a category that nobody authorised": refused(
        "category-not-authorised", sending(**of(warrant=10, Protesters=1))
    ),
    "somebody's name for a category": refused(
        "category-not-authorised", sending(**of(warrant=10, **{"Jane Example": 1}))
    ),
    "an authorised category twice, in two spellings": refused(
        "inconsistent", sending(**of(warrant=10, **{"Wanted On Warrant": 1}))
    ),
    "a total that is not the sum": refused("inconsistent", sending(total=8_399)),
    "more children than people": refused("inconsistent", sending(under_18=8_401)),
    "categories out of order": refused(
        "not-in-order", sending(categories=of(court=500, warrant=7_900)["categories"][::-1])
    ),
    "a digest that is none": refused("looks-like-hex", sending(digest="ab" * 16)),
    "a digest of nothing": refused("wrong-form", sending(digest="")),
    "a list of digests of people": refused("unknown-field", sending(people=["ab" * 32, "cd" * 32])),
    "another manifest under the same number": conflicting(
        "number-reused", sending(1, digest=OTHER)
    ),
    "an older manifest under a lower number": conflicting(
        "number-reused", sending(2, digest=OTHER), prepared=watchlist_of(3)
    ),
    "manifest 51": refused("out-of-range", sending(51)),
    "a manifest for another system's session": Attack(
        "no-such-session", sending(), 404, prepared=by_another_system
    ),
    "a manifest for a session that was called off": conflicting(
        "manifest-too-late", sending(), prepared=stopped_by_a_person
    ),
    "a manifest for a text that is not what was authorised": conflicting(
        "deployment-refuses", sending(), prepared=text_of_the_version_changed
    ),
}

# Begun half a minute after the first permit.
WHILE_LIVE: dict[str, Attack] = {
    "the manifest swapped while the session is live": conflicting(
        "manifest-too-late", sending(2, digest=OTHER)
    ),
    "the same watchlist under another number while the session is live": conflicting(
        "manifest-too-late", sending(2)
    ),
    "the manifest swapped after the end": conflicting(
        "manifest-too-late", sending(2), prepared=at(START + timedelta(hours=6))
    ),
    "the watchlist swapped without a word": permit("manifest-is-fresh", asking(OTHER)),
}


def test_refused_before_the_start(stage, subtests):
    assert_each_refused(subtests, stage, BEFORE_THE_START)


def test_refused_while_live(stage, subtests):
    assert_each_refused(subtests, stage.go_live().at(START + MINUTE / 2), WHILE_LIVE)


def test_the_same_manifest_again_changes_nothing_at_all(stage):
    earlier = before()
    answer = contract.ManifestAnswer.model_validate_json(
        stage.send_manifest(making.manifest()).content
    )
    assert (answer.number, answer.duplicate) == (1, True)
    assert_unchanged(earlier)


def test_the_manifest_that_the_cases_alter_is_taken(stage):
    assert sending(2)(stage).status_code == 200
    assert stage.ask().status_code == 200
