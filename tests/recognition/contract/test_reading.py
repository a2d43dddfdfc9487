"""What is read is what was sent, in its one spelling; everything else is refused."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from overt.recognition.contract import (
    Alert,
    Batch,
    ContractRefused,
    Counter,
    Heartbeat,
    PermitRequest,
    canonical,
    limits,
    read,
)
from overt.recognition.contract.fields import Closed

from .bodies import BATCH, PERMIT_REQUEST, REQUESTS, written
from .drawn import ANYTHING

MODELS = st.sampled_from([model for model, _ in REQUESTS])


def taken(model: type[Closed], body: bytes) -> Closed | None:
    """The model, or None where it is refused. Anything else that is raised fails the test."""
    try:
        return read(model, body)
    except ContractRefused:
        return None


@given(MODELS, ANYTHING)
def test_any_json_is_refused(model: type[Closed], content: Any):
    assert taken(model, json.dumps(content).encode()) is None


@given(MODELS, st.binary(max_size=400))
def test_any_bytes_are_refused(model: type[Closed], body: bytes):
    assert taken(model, body) is None


@given(MODELS, st.text('{}[]",:0123456789.eE+-tfnarulsN \\', max_size=60))
def test_anything_that_is_nearly_json_is_refused(model: type[Closed], body: str):
    assert taken(model, body.encode()) is None


BRACKETS = st.text("[]{},: ab", max_size=8)


@given(
    MODELS,
    st.recursive(
        BRACKETS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(BRACKETS, inner, max_size=3),
        max_leaves=12,
    ),
)
def test_depth_is_counted_outside_of_texts(model: type[Closed], content: Any):
    def depth(one: Any) -> int:
        inner = list(one.values()) if isinstance(one, dict) else one
        return 1 + max(map(depth, inner), default=0) if isinstance(inner, list) else 0

    with pytest.raises(ContractRefused) as caught:
        read(model, json.dumps(content).encode())
    assert (caught.value.reason == "too-deep") == (depth(content) > limits.DEPTH)


@given(
    st.sampled_from(REQUESTS),
    st.lists(
        st.tuples(st.integers(0, 2000), st.integers(0, 12), st.binary(max_size=3)),
        min_size=1,
        max_size=4,
    ),
)
def test_a_body_that_was_tampered_with_is_refused_or_means_what_it_says(
    request: tuple[type[Closed], Any], edits: list[tuple[int, int, bytes]]
):
    model, content = request
    body = written(content)
    for position, length, piece in edits:
        start = position % len(body)
        body = body[:start] + piece + body[start + length :]
    found = taken(model, body)
    assert found is None or canonical(found) == body


@pytest.mark.parametrize(("model", "content"), REQUESTS)
def test_what_was_read_is_written_as_it_came(model: type[Closed], content: Any):
    found = read(model, written(content))
    assert canonical(found) == written(content)
    assert canonical(found) == rfc8785.dumps(found.model_dump(mode="json"))


@pytest.mark.parametrize(("model", "content"), REQUESTS)
def test_what_was_read_cannot_be_changed(model: type[Closed], content: Any):
    found = read(model, written(content))
    for name in type(found).model_fields:
        with pytest.raises(ValidationError):
            setattr(found, name, None)

    def lists(one: Any) -> bool:
        if isinstance(one, BaseModel):
            return any(lists(getattr(one, name)) for name in type(one).model_fields)
        if isinstance(one, tuple):
            return any(lists(item) for item in one)
        return isinstance(one, list | dict)

    assert not lists(found)


def test_the_order_of_alerts_is_that_of_numbers_not_of_letters():
    nine, ten = ({**BATCH["alerts"][1], "id": number} for number in ("9", "10"))
    read(Batch, written({**BATCH, "alerts": [nine, ten]}))
    with pytest.raises(ContractRefused):
        read(Batch, written({**BATCH, "alerts": [ten, nine]}))


def test_an_empty_batch_is_read():
    # It stands for one that was lost for good.
    nothing = {"alerts": [], "counters": [], "deletions": [], "heartbeat": None, "stopped": None}
    assert read(Batch, written({**BATCH, **nothing})).cameras == frozenset()


def test_times_are_read_in_utc():
    batch = read(Batch, written(BATCH))
    assert batch.sent_at == datetime(2026, 5, 1, 12, 5, 2, 250_000, tzinfo=UTC)
    assert batch.counters[0].minute.tzinfo is UTC


def test_moments_of_our_own_are_cut_to_the_form():
    moment = datetime(2026, 5, 1, 12, 34, 56, 789_999, tzinfo=UTC)
    counter = Counter(camera="van", faces_seen=1, minute=moment)
    assert counter.minute == datetime(2026, 5, 1, 12, 34, tzinfo=UTC)
    heartbeat = Heartbeat(alerts_total=0, at=moment, faces_total=0, state="idle")
    assert heartbeat.at == datetime(2026, 5, 1, 12, 34, 56, tzinfo=UTC)
    asked = PermitRequest(**{**PERMIT_REQUEST, "sent_at": moment})
    assert json.loads(canonical(asked))["sent_at"] == "2026-05-01T12:34:56.789Z"


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=1))])
def test_moments_of_our_own_are_in_utc(zone: timezone | None):
    moment = datetime(2026, 5, 1, 12, 34, tzinfo=zone)
    with pytest.raises(ValidationError):
        Counter(camera="van", faces_seen=1, minute=moment)


def test_the_first_thing_that_is_wrong_is_named():
    alert = {**BATCH["alerts"][0], "camera": "A", "id": "A"}
    with pytest.raises(ContractRefused) as caught:
        read(Batch, written({**BATCH, "alerts": [alert], "number": "A"}))
    assert caught.value.field == "alerts[0].camera"
    assert str(caught.value) == (
        "alerts[0].camera: The text is not written as the contract has it."
    )


def test_all_eighteen_codes_and_not_stated_are_taken():
    codes = Alert.model_json_schema()["properties"]["ethnicity"]["anyOf"][0]["enum"]
    assert len(codes) == 18 + 1
    for code in codes:
        alert = {**BATCH["alerts"][0], "ethnicity": code}
        assert read(Batch, written({**BATCH, "alerts": [alert]})).alerts[0].ethnicity == code
