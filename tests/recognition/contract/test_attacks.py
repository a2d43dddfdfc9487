"""What a system could try with the values of a body, by name. Each is refused for the reason and
at the place named, and nothing of it is in the refusal."""

import base64
import itertools
import traceback
from typing import Any

import pytest

from overt.recognition.contract import (
    Batch,
    ContractRefused,
    Manifest,
    PermitRequest,
    composition,
    read,
)
from overt.recognition.contract.fields import Closed

from .bodies import (
    BATCH,
    ENCODINGS,
    MANIFEST,
    PERMIT_REQUEST,
    PICTURES,
    REQUESTS,
    at,
    leaves,
    noise,
    objects,
    path,
    place_of,
    replaced,
    written,
)
from .refusing import refusal

BASE64 = base64.b64encode(noise(30)).decode()
DIGEST = "ab" * 32
CANARY = "Canary"
EMPTY = {**BATCH, "alerts": [], "counters": [], "deletions": [], "heartbeat": None, "stopped": None}

# What is tried, where, with which value, and the reason.
Rows = tuple[tuple[str, str, Any, str], ...]
OF_A_BATCH: Rows = (
    ("text for a number", "number", "7", "wrong-type"),
    ("true for one", "number", True, "wrong-type"),
    ("a list for a number", "number", [7], "wrong-type"),
    ("batch nought", "number", 0, "out-of-range"),
    ("a billion batches", "number", 10**9, "out-of-range"),
    ("one for true", "alerts[0].engaged", 1, "wrong-type"),
    ("text for true", "alerts[0].engaged", "true", "wrong-type"),
    ("true for a decision", "alerts[0].decision", True, "wrong-type"),
    ("a decision in capitals", "alerts[0].decision", "True", "not-a-choice"),
    ("fewer faces than none", "counters[0].faces_seen", -1, "out-of-range"),
    ("more faces than pass", "counters[0].faces_seen", 10_001, "out-of-range"),
    ("faces of 17 digits", "counters[0].faces_seen", 10**17 - 1, "out-of-range"),
    ("a share of a face", "counters[0].faces_seen", 0.5, "wrong-type"),
    # Times.
    ("a time without a zone", "heartbeat.at", "2026-05-01T12:05:02", "not-a-time"),
    ("a time of another zone", "heartbeat.at", "2026-05-01T13:05:02+01:00", "not-a-time"),
    ("UTC as an offset", "heartbeat.at", "2026-05-01T12:05:02+00:00", "not-a-time"),
    ("a small z", "heartbeat.at", "2026-05-01T12:05:02z", "not-a-time"),
    ("a space for T", "heartbeat.at", "2026-05-01 12:05:02Z", "not-a-time"),
    ("a space after a time", "heartbeat.at", "2026-05-01T12:05:02Z ", "not-a-time"),
    ("a day alone", "heartbeat.at", "2026-05-01", "not-a-time"),
    ("seconds since 1970", "heartbeat.at", 1777636800, "wrong-type"),
    ("seconds since 1970 as text", "heartbeat.at", "1777636800", "not-a-time"),
    ("the thirtieth of February", "heartbeat.at", "2026-02-30T12:05:02Z", "not-a-time"),
    ("a leap second", "heartbeat.at", "2026-12-31T23:59:60Z", "not-a-time"),
    ("twenty-four o'clock", "heartbeat.at", "2026-05-01T24:00:00Z", "not-a-time"),
    ("the year 9999", "heartbeat.at", "9999-05-01T12:05:02Z", "not-a-time"),
    ("a week", "heartbeat.at", "2026-W18-5T12:05:02Z", "not-a-time"),
    ("milliseconds where none are", "heartbeat.at", "2026-05-01T12:05:02.250Z", "not-a-time"),
    ("nanoseconds", "sent_at", "2026-05-01T12:05:02.123456789Z", "not-a-time"),
    ("no milliseconds", "sent_at", "2026-05-01T12:05:02Z", "not-a-time"),
    ("a second of a minute", "counters[0].minute", "2026-05-01T12:03:01Z", "not-whole-minute"),
    # What contradicts itself.
    ("ethnicity before they spoke", "alerts[1].ethnicity", "W1", "inconsistent"),
    ("a decision at no time", "alerts[0].decided_at", None, "inconsistent"),
    ("a decision first", "alerts[0].decided_at", "2026-05-01T12:00:00Z", "inconsistent"),
    ("an outcome without a decision", "alerts[1].outcome", "other", "inconsistent"),
    # Order, which could carry bits, and what is there twice.
    ("another order of counters", "counters", BATCH["counters"][::-1], "not-in-order"),
    ("another order of alerts", "alerts", BATCH["alerts"][::-1], "not-in-order"),
    ("another order of deletions", "deletions", BATCH["deletions"][::-1], "not-in-order"),
    ("a minute of a camera twice", "counters", BATCH["counters"][:1] * 2, "not-in-order"),
    ("an alert twice", "alerts", BATCH["alerts"][:1] * 2, "not-in-order"),
    ("a deletion twice", "deletions", BATCH["deletions"][:1] * 2, "not-in-order"),
    # Texts.
    ("a name for a camera", "counters[0].camera", "John Smith", "wrong-form"),
    ("three words for a camera", "counters[0].camera", "a-b-c", "wrong-form"),
    ("a digest for a camera", "counters[0].camera", DIGEST, "looks-like-hex"),
    ("base64 for a camera", "counters[0].camera", BASE64[:24], "looks-like-base64"),
    ("a name for an alert", "alerts[0].id", "Smith", "wrong-form"),
    ("noughts before a number", "alerts[0].id", "007", "wrong-form"),
    ("a UUID", "alerts[0].id", "6d0e4a52-7b7f-4a8e-9d5c-0b1f6c1f2a3b", "looks-like-hex"),
    ("a reason in words", "stopped.reason", "We knew him", "not-a-choice"),
    ("a method in words", "deletions[0].method", "kept a copy", "not-a-choice"),
    ("a code of another list", "alerts[0].ethnicity", "IC1", "not-a-choice"),
    ("a state of another list", "heartbeat.state", "watching", "not-a-choice"),
)
OF_A_MANIFEST: Rows = (
    ("nobody", "total", 0, "out-of-range"),
    ("a total that is not the sum", "total", 3211, "inconsistent"),
    ("more under 18 than people", "under_18", 3211, "inconsistent"),
    ("manifest 51", "number", 51, "out-of-range"),
    ("no category", "categories", [], "too-few-items"),
    ("41 categories", "categories", [{"count": 1, "name": "Kind"}] * 41, "too-many-items"),
    ("a category twice", "categories", MANIFEST["categories"][:1] * 2, "not-in-order"),
    ("a category of nobody", "categories[0].count", 0, "out-of-range"),
    ("a date of birth", "categories[0].name", "Wanted 01/02/1987", "wrong-form"),
    ("a date of birth in words", "categories[0].name", "Wanted 1 2 1987", "wrong-form"),
    ("an e-mail address", "categories[0].name", "john@example.org", "wrong-form"),
    ("base64 for a category", "categories[0].name", BASE64, "looks-like-base64"),
    ("a long word", "categories[0].name", "mfzwizltorsxg5aabbccddee", "wrong-form"),
    ("a word of 21 letters", "categories[0].name", "abcdefghijklmnopqrstu", "wrong-form"),
    ("61 characters", "categories[0].name", "wanted " * 8 + "twice", "value-too-long"),
    ("a digest in capitals", "digest", "AB" * 32, "looks-like-hex"),
    ("half a digest", "digest", "ab" * 16, "looks-like-hex"),
    ("a digest of another kind", "digest", "ab" * 64, "looks-like-hex"),
)
OF_A_PERMIT: Rows = (
    ("a number for a threshold", "threshold", 1, "wrong-type"),
    ("a float for a threshold", "threshold", 0.64, "wrong-type"),
    ("a threshold of one", "threshold", "1.00", "wrong-form"),
    ("a threshold of many digits", "threshold", "0.6400000001", "value-too-long"),
    ("a threshold with an exponent", "threshold", "0.6e0", "wrong-form"),
    ("request nought", "request", 0, "out-of-range"),
    ("no manifest", "manifest", None, "wrong-type"),
)
ATTACKS = [
    pytest.param(model, content, field, value, reason, id=name)
    for model, content, attacks in (
        (Batch, BATCH, OF_A_BATCH),
        (Manifest, MANIFEST, OF_A_MANIFEST),
        (PermitRequest, PERMIT_REQUEST, OF_A_PERMIT),
    )
    for name, field, value, reason in attacks
]


def test_the_bodies_that_the_attacks_change_are_taken():
    for model, content in REQUESTS:
        assert read(model, written(content)).model_dump(mode="json") == content
    read(Batch, written(EMPTY))


def test_the_attacks_have_different_names():
    for rows in (OF_A_BATCH, OF_A_MANIFEST, OF_A_PERMIT):
        assert len({name for name, *_ in rows}) == len(rows)


@pytest.mark.parametrize(("model", "content", "field", "value", "reason"), ATTACKS)
def test_refuses(model: type[Closed], content: Any, field: str, value: Any, reason: str):
    refused = refusal(model, written(replaced(content, place_of(field), value)))
    assert (refused.reason, refused.field) == (reason, field)


def test_refuses_the_ethnicity_of_somebody_who_was_not_spoken_to():
    for engaged in (False, None):
        refused = refusal(Batch, written(replaced(BATCH, ("alerts", 0, "engaged"), engaged)))
        assert (refused.reason, refused.field) == ("inconsistent", "alerts[0].ethnicity")


def test_refuses_one_body_for_another():
    for model, _ in REQUESTS:
        for other, content in REQUESTS:
            if other is not model:
                assert refusal(model, written(content)).reason == "missing-field"
        for content in ([], None, True, 1, "text"):
            assert refusal(model, written(content)).reason == "wrong-type"


def counters(cameras: int, minutes: int = 1) -> list[dict[str, Any]]:
    """One of each camera and minute."""
    labels = ["".join(letters) for letters in itertools.product("abcdefgh", repeat=3)]
    return [
        {
            "camera": label,
            "faces_seen": 40,
            "minute": f"2026-05-01T{minute // 60:02}:{minute % 60:02}:00Z",
        }
        for minute in range(minutes)
        for label in labels[:cameras]
    ]


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        pytest.param([n / 7 for n in range(128)], "wrong-type", id="128 floats"),
        pytest.param(list(range(500)), "wrong-type", id="500 whole numbers"),
        pytest.param([[n] for n in range(128)], "wrong-type", id="128 lists"),
        pytest.param(counters(128), "too-many-cameras", id="128 cameras of one minute"),
        pytest.param(counters(512), "too-many-items", id="512 cameras of one minute"),
        pytest.param(counters(17), "too-many-cameras", id="17 cameras"),
        pytest.param(counters(1, 501), "too-many-items", id="501 minutes"),
    ],
)
def test_refuses_a_vector_of_numbers_for_counters(sent: list[Any], reason: str):
    assert refusal(Batch, written({**EMPTY, "counters": sent})).reason == reason


def test_sixteen_cameras_are_enough_and_count_with_those_of_alerts():
    full = {**EMPTY, "counters": counters(16, 31)}
    read(Batch, written(full))
    more = {**full, "alerts": BATCH["alerts"][1:]}
    assert refusal(Batch, written(more)).reason == "too-many-cameras"


def test_events_are_bounded_together():
    full = {**EMPTY, "counters": counters(1, 499), "alerts": BATCH["alerts"][:1]}
    read(Batch, written(full))
    more = {**full, "alerts": BATCH["alerts"]}
    assert refusal(Batch, written(more)).reason == "too-many-items"


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_refused_as_one_in_every_field_of_every_body(kind: str, encoding: str):
    text = ENCODINGS[encoding](PICTURES[kind])
    # Whole, and so short a piece of it that the limits on length alone would let it through.
    for piece in (text[:5000], text[:40], text[:24]):
        for model, content in REQUESTS:
            for place in leaves(content):
                body = written(replaced(content, place, piece))
                assert refusal(model, body).reason == "looks-like-image", (place, piece)


@pytest.mark.parametrize("kind", PICTURES)
def test_the_bytes_of_a_picture_are_refused_in_every_field_however_they_are_written(kind: str):
    raw = PICTURES[kind][:40]
    as_letters = raw.decode("latin-1")
    for model, content in REQUESTS:
        for place in leaves(content):
            marked = written(replaced(content, place, "PLACE"))
            in_escapes = written(replaced(content, place, as_letters))
            for body in (
                marked.replace(b"PLACE", raw.replace(b'"', b"")),
                marked.replace(b"PLACE", as_letters.replace('"', "").encode()),
                in_escapes,
            ):
                reason = refusal(model, body).reason
                assert reason in {"looks-like-image", "not-utf8", "character-not-allowed"}


PAYLOADS: dict[str, Any] = {
    "base64 of a template": base64.b64encode(noise(512)).decode(),
    "base64 of a few bytes": base64.b64encode(noise(24)).decode(),
    "hexadecimal of a template": noise(512).hex(),
    "base32": base64.b32encode(noise(40)).decode(),
    "base85": base64.b85encode(noise(40)).decode().replace("\\", "/"),
    "a name": "Canary Smith-Jones",
    "a date of birth": "1987-02-01",
    "a number of the police computer": "12/345678X",
    "an address of a picture": "https://example.org/Canary.jpg",
    "an embedding": [0.125, -0.5] * 64,
    "an embedding in whole numbers": list(range(-64, 64)),
    "an embedding as text": " ".join(f"{n / 7:.3f}" for n in range(128)),
    "an object": {"Canary": 1},
    "a float": 0.123456789,
    "markup": "<img src=Canary>",
}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_field_of_any_body_takes(payload: str):
    for model, content in REQUESTS:
        for place in leaves(content):
            if payload == "a name" and place[-1] == "name":
                continue  # as the next test says
            refused = refusal(model, written(replaced(content, place, PAYLOADS[payload])))
            assert refused.field in {path(place), ""}
            assert CANARY not in "".join(traceback.format_exception(refused))


def test_a_name_among_the_categories_is_refused_by_what_was_authorised():
    named = replaced(MANIFEST, ("categories", 0, "name"), "Canary Smith-Jones")
    manifest = read(Manifest, written(named))
    with pytest.raises(ContractRefused) as caught:
        composition(manifest, authorised=["Wanted on warrant", "Wanted on recall to prison"])
    assert (caught.value.reason, caught.value.field) == (
        "category-not-authorised",
        "categories[0].name",
    )
    assert CANARY not in repr(caught.value)


UNKNOWN = (
    "name",
    "face",
    "faces",
    "image",
    "photo",
    "frame",
    "crop",
    "thumbnail",
    "template",
    "embedding",
    "vector",
    "score",
    "similarity",
    "person",
    "subject",
    "watchlist_id",
    "pnc_id",
    "dob",
    "notes",
    "comment",
    "extra",
    "__proto__",
    "$ref",
    "",
    "Number",
    "number ",
    "Canary",
)


@pytest.mark.parametrize("name", UNKNOWN)
def test_no_object_of_any_body_takes_a_member(name: str):
    for model, content in REQUESTS:
        for place in objects(content):
            for value in (None, "", 1, "Canary", [], {}):
                if name in at(content, place):
                    continue
                changed = replaced(content, place, {**at(content, place), name: value})
                refused = refusal(model, written(changed))
                assert (refused.reason, refused.field) in {
                    ("unknown-field", path(place)),
                    ("too-deep", ""),
                }
                # Nor is its name repeated, which is from outside.
                assert CANARY not in "".join(traceback.format_exception(refused))


def test_every_member_of_every_body_has_to_be_there():
    for model, content in REQUESTS:
        for place in objects(content):
            for name in at(content, place):
                rest = {k: v for k, v in at(content, place).items() if k != name}
                refused = refusal(model, written(replaced(content, place, rest)))
                assert (refused.reason, refused.field) == ("missing-field", path((*place, name)))


def test_nothing_but_what_may_be_null_is_null():
    may_be = {"heartbeat", "stopped"}
    of_an_alert = {"decided_at", "decision", "engaged", "ethnicity", "outcome"}
    for model, content in REQUESTS:
        for place in [*leaves(content), *objects(content)]:
            if place and (
                place[-1] in may_be or (place[0] == "alerts" and place[-1] in of_an_alert)
            ):
                continue
            refused = refusal(model, written(replaced(content, place, None)))
            assert (refused.reason, refused.field) == ("wrong-type", path(place))
