"""Attacks by the bytes of a body: size, form, unknown members, and anything like a picture.

What the contract itself takes is attacked field by field in `tests/recognition/contract`; here each
kind comes once over the whole way, signed by the system's own key. Nothing here is a picture: there
are the first bytes by which a picture's file is known, and noise after them.
"""

import base64
import gzip
from functools import partial
from typing import Any

import pytest

from tests.attacks.world import (
    MINUTE,
    Attack,
    Attempt,
    Stage,
    assert_each_refused,
    assert_unchanged,
    before,
    problem_of,
)
from tests.deployments.making import START
from tests.recognition.contract.bodies import (
    BATCH,
    ENCODINGS,
    MANIFEST,
    PERMIT_REQUEST,
    PICTURES,
    at,
    leaves,
    noise,
    objects,
    place_of,
    replaced,
    written,
)

pytestmark = pytest.mark.django_db

BODIES = {"batches": BATCH, "manifest": MANIFEST, "permit": PERMIT_REQUEST}
MOST = 64 * 1024


def sending(body: bytes, what: str = "batches", **how: Any) -> Attempt:
    """These bytes, signed as they are."""
    return lambda stage: stage.wire.send(stage.wire.address(what), body, at=stage.now, **how)


def with_value(field: str, value: Any, what: str = "batches") -> Attempt:
    return sending(written(replaced(BODIES[what], place_of(field), value)), what)


def with_member(name: str, value: Any, what: str = "batches", within: str = "") -> Attempt:
    place = place_of(within)
    changed = replaced(BODIES[what], place, {**at(BODIES[what], place), name: value})
    return sending(written(changed), what)


def a_body_without_its_end(stage: Stage) -> Any:
    """Fewer bytes are announced than were signed and are sent."""
    return stage.wire.send(
        stage.wire.address("batches"), written(BATCH), at=stage.now, CONTENT_LENGTH="100"
    )


JPEG, PNG = PICTURES["JPEG"], PICTURES["PNG"]
TEMPLATE = base64.b64encode(noise(512)).decode()
VALID = written(BATCH)
FORM = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n" + noise(99) + b"\r\n--x--\r\n"
)
refused = partial(Attack, status=422)
too_large = partial(Attack, reason="too-large", status=413)

OF_BODIES: dict[str, Attack] = {
    # Size.
    "a byte more than a batch may have": too_large(attempt=sending(b" " * (MOST + 1))),
    "a megabyte": too_large(attempt=sending(b"7" * 2**20)),
    "a megabyte of a picture": too_large(attempt=sending(JPEG + bytes(2**20))),
    "a byte more than a manifest may have": too_large(
        attempt=sending(b" " * (8 * 1024 + 1), "manifest")
    ),
    "a byte more than a request for a permit may have": too_large(
        attempt=sending(b" " * (8 * 1024 + 1), "permit")
    ),
    "a body longer than it says": Attack("signature-wrong", a_body_without_its_end, 401),
    "501 counts": refused("too-many-items", with_value("counters", BATCH["counters"][:1] * 501)),
    "a number of five thousand digits": refused(
        "out-of-range", sending(VALID.replace(b'"number":7', b'"number":' + b"7" * 5000))
    ),
    "thousands of lists in lists": refused("too-deep", sending(b"[" * 60_000)),
    # Form.
    "nothing": refused("not-json", sending(b"")),
    "half a body": refused("not-json", sending(VALID[: len(VALID) // 2])),
    "two bodies": refused("not-json", sending(VALID + VALID)),
    "a file from a form": refused("not-utf8", sending(FORM)),
    "a compressed body": refused(
        "not-utf8", sending(gzip.compress(VALID), HTTP_CONTENT_ENCODING="gzip")
    ),
    "XML": refused("not-json", sending(b"<batch><number>7</number></batch>")),
    "NUL in a text": refused("character-not-allowed", sending(VALID.replace(b"van", b"v\0n", 1))),
    "a letter in an escape": refused(
        "character-not-allowed", sending(VALID.replace(b"van", b"v\\u0061n", 1))
    ),
    "a member twice": refused("duplicate-member", sending(VALID[:-1] + b',"number":7}')),
    "NaN": refused("not-json", sending(VALID.replace(b'"number":7', b'"number":NaN'))),
    "bits in spaces": refused("not-canonical", sending(VALID + b"\t \t\t \n")),
    "bits in the order of members": refused(
        "not-canonical", sending(VALID.replace(b'"number":7,', b"")[:-1] + b',"number":7}')
    ),
    "an answer that is not JSON is asked for": Attack(
        "not-acceptable", sending(VALID, HTTP_ACCEPT="image/png"), 406
    ),
    # Unknown members, wherever they are.
    "an unknown member of a batch": refused("unknown-field", with_member("notes", "")),
    "a picture's name for a member": refused("unknown-field", with_member("image", None)),
    "a score beside an alert": refused(
        "unknown-field", with_member("similarity", 1, within="alerts[0]")
    ),
    "a name beside an alert": refused(
        "unknown-field", with_member("person", "Jane Example", within="alerts[0]")
    ),
    "a template beside a count": refused(
        "unknown-field", with_member("embedding", 1, within="counters[0]")
    ),
    "an unknown member of a manifest": refused(
        "unknown-field", with_member("people", 1, "manifest")
    ),
    "an unknown member of a request for a permit": refused(
        "unknown-field", with_member("force", True, "permit")
    ),
    "free words for a reason": refused(
        "not-a-choice", with_value("stopped.reason", "We knew who it was")
    ),
    "a vector of numbers for counts": refused(
        "wrong-type", with_value("counters", [n / 7 for n in range(128)])
    ),
    # Like bytes.
    "a template in base64 for a camera": refused(
        "looks-like-base64", with_value("counters[0].camera", TEMPLATE)
    ),
    "24 bytes in base64url for a camera": refused(
        "looks-like-base64", with_value("counters[0].camera", TEMPLATE[:32].replace("+", "-"))
    ),
    "a template in base64 for a category": refused(
        "looks-like-base64", with_value("categories[0].name", TEMPLATE[:58], "manifest")
    ),
    "a template in base64 for a threshold": refused(
        "looks-like-base64", with_value("threshold", TEMPLATE, "permit")
    ),
    "a template in hexadecimal for a digest": refused(
        "looks-like-hex", with_value("digest", noise(512).hex(), "manifest")
    ),
    "a template in hexadecimal for an alert": refused(
        "looks-like-hex", with_value("alerts[0].id", noise(16).hex())
    ),
    # Pictures.
    "a picture for a body": refused("looks-like-image", sending(JPEG)),
    "a picture for a body, said to be one": refused(
        "looks-like-image", sending(PNG, CONTENT_TYPE="image/png")
    ),
    "a picture for a manifest": refused("looks-like-image", sending(PNG, "manifest")),
    "a picture for a request for a permit": refused("looks-like-image", sending(JPEG, "permit")),
    "a picture in base64 for a camera": refused(
        "looks-like-image", with_value("counters[0].camera", ENCODINGS["base64"](JPEG))
    ),
    "the first letters of one for a camera": refused(
        "looks-like-image", with_value("counters[0].camera", ENCODINGS["base64"](JPEG)[:12])
    ),
    "a picture in hexadecimal for a digest": refused(
        "looks-like-image", with_value("digest", JPEG[:32].hex().upper(), "manifest")
    ),
    "a picture as an address of its data": refused(
        "looks-like-image", with_value("categories[0].name", ENCODINGS["data URL"](PNG), "manifest")
    ),
    "a picture in base64 for the name of a member": refused(
        "looks-like-image", with_member(ENCODINGS["base64"](PNG), 1)
    ),
    "a picture after a batch": refused("not-utf8", sending(VALID + PNG)),
}


def test_refused_of_bodies(stage, subtests):
    stage.go_live().at(START + 3 * MINUTE)
    assert_each_refused(subtests, stage, OF_BODIES)


def test_a_picture_is_refused_in_every_field_and_as_every_member_of_every_body(stage):
    """Each kind of file and each way to write it in turn; the fields that there are decide how
    many requests that takes."""
    stage.go_live().at(START + 3 * MINUTE)
    earlier, count = before(), 0
    pictures = [encode(raw) for raw in PICTURES.values() for encode in ENCODINGS.values()]
    for what, content in BODIES.items():
        tried = [replaced(content, place, "PICTURE") for place in leaves(content)]
        tried += [
            replaced(content, place, {**at(content, place), "PICTURE": 1})
            for place in objects(content)
        ]
        for changed in tried:
            picture = pictures[count % len(pictures)][:4000]
            body = written(changed).replace(b"PICTURE", picture.encode())
            problem = problem_of(sending(body, what)(stage))
            assert (problem.reason, problem.field) == ("looks-like-image", None)
            count += 1
    assert count > 60
    assert_unchanged(earlier)
