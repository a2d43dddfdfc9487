"""What looks like a picture or like bytes is named so, and nothing that fits a field is."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.recognition.contract import Batch, hygiene, read, schemas

from .bodies import BATCH, ENCODINGS, PICTURES, REQUESTS, noise, replaced, written
from .drawn import content_of, settled

SCHEMAS = schemas()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("kind", PICTURES)
def test_knows_a_picture_by_how_its_text_begins(kind: str, encoding: str):
    text = ENCODINGS[encoding](PICTURES[kind])
    assert hygiene.seems(text) == "looks-like-image"
    assert hygiene.seems(text[:24]) == "looks-like-image"
    # As the name of a member, too, and of one that no schema has.
    assert hygiene.holds_a_picture(written({text: 1}))
    assert hygiene.holds_a_picture(written([[{"notes": text}]]))


@pytest.mark.parametrize("kind", PICTURES)
def test_knows_a_picture_by_how_its_bytes_begin(kind: str):
    assert hygiene.holds_a_picture(PICTURES[kind])


@given(st.binary(min_size=24, max_size=400))
def test_knows_hexadecimal(raw: bytes):
    for text in (raw.hex(), raw.hex().upper(), raw.hex(":"), f"0x{raw.hex()}"):
        if len(raw) != 32:
            assert hygiene.seems(text) in {"looks-like-hex", "looks-like-image"}


@pytest.mark.parametrize("length", [16, 24, 32, 64, 128, 512, 2048])
def test_knows_base64(length: int):
    for text in (
        base64.b64encode(noise(length)).decode(),
        base64.urlsafe_b64encode(noise(length)).decode(),
        base64.urlsafe_b64encode(noise(length)).rstrip(b"=").decode(),
    ):
        assert hygiene.seems(text) == "looks-like-base64"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "van-north-1",
        "Wanted on recall to prison",
        "templates_without_alert",
        "2026-05-01T12:05:02.250Z",
        "John Smith",
        "GGGGGGGGGGGGGGGGGGGGGGGG",
        "a sentence that somebody wrote, of some length, to say what happened there",
    ],
)
def test_words_look_like_nothing(text: str):
    assert hygiene.seems(text) is None


@pytest.mark.parametrize("name", ["batch", "manifest", "permit-request"])
@given(data=st.data())
def test_nothing_that_fits_looks_like_a_picture(name: str, data: Any):
    content = settled(data.draw(content_of(SCHEMAS[name])))
    assert not hygiene.holds_a_picture(written(content))


@pytest.mark.parametrize(
    "beginning", ["ffd8ff", "89504e47", "47494638", "424d", "000000", "4d4d002a"]
)
def test_a_digest_may_begin_as_a_picture_does(beginning: str):
    digest = beginning + "0" * (64 - len(beginning))
    for model, content in REQUESTS[1:]:
        name = "digest" if "digest" in content else "manifest"
        read(model, written({**content, name: digest}))


def test_a_digest_is_no_picture_only_where_it_is_one():
    digest = "ffd8ff" + "0" * 58
    for text in (digest + "00", digest.upper(), digest[:-2]):
        assert hygiene.seems(text) == "looks-like-image"
    assert hygiene.holds_a_picture(written(replaced(BATCH, ("number",), digest + "00")))
    assert read(Batch, written(BATCH))
