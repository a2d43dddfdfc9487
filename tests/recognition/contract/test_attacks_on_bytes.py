"""What a system could try with the bytes of a body, by name."""

import gzip
import zlib

import pytest

from overt.recognition.contract import Batch, Manifest, limits

from .bodies import BATCH, MANIFEST, PICTURES, written
from .refusing import refusal

VALID = written(BATCH)
NUMBER = b'"number":7'


def with_number(text: bytes) -> bytes:
    return VALID.replace(NUMBER, b'"number":' + text)


def with_label(text: bytes) -> bytes:
    """One camera's label changed, from `van-north-1`."""
    return VALID.replace(b"van", text, 1)


NO_TEXT = {
    "a picture as the body": (PICTURES["JPEG"], "looks-like-image"),
    "a picture after the body": (VALID + PICTURES["PNG"], "not-utf8"),
    "a picture among the members": (VALID[:-1] + b"," + PICTURES["JPEG"] + b"}", "not-utf8"),
    "gzip of a body": (gzip.compress(VALID), "not-utf8"),
    "deflate of a body": (zlib.compress(VALID), "not-utf8"),
    "UTF-16": (VALID.decode().encode("utf-16-le"), "character-not-allowed"),
    "UTF-32": (VALID.decode().encode("utf-32-be"), "character-not-allowed"),
    "a BOM": (b"\xef\xbb\xbf" + VALID, "character-not-allowed"),
    "a NUL at the end": (VALID + b"\0", "character-not-allowed"),
    "a NUL in a text": (with_label(b"v\0n"), "character-not-allowed"),
    "a NUL in an escape": (with_label(b"v\\u0000n"), "character-not-allowed"),
    "invalid UTF-8": (with_label(b"v\xc3\x28n"), "not-utf8"),
    "overlong UTF-8": (with_label(b"v\xc1\xa1n"), "not-utf8"),
    "a surrogate in UTF-8": (with_label(b"v\xed\xa0\x80n"), "not-utf8"),
    "a surrogate in an escape": (with_label(b"v\\ud800n"), "character-not-allowed"),
    "an escape of a plain letter": (with_label(b"v\\u0061n"), "character-not-allowed"),
    "a letter of another script": (with_label("v\u0430n".encode()), "character-not-allowed"),
    "a letter that is not seen": (with_label("va\u200bn".encode()), "character-not-allowed"),
    "an emoji": (with_label("\U0001f600".encode()), "character-not-allowed"),
    "a line end in a text": (with_label(b"va\nn"), "not-json"),
    "DEL": (with_label(b"va\x7fn"), "character-not-allowed"),
}
NO_JSON = {
    "nothing at all": (b"", "not-json"),
    "spaces alone": (b"    ", "not-json"),
    "NaN": (with_number(b"NaN"), "not-json"),
    "Infinity": (with_number(b"-Infinity"), "not-json"),
    "a number with a plus": (with_number(b"+7"), "not-json"),
    "a number with a nought first": (with_number(b"07"), "not-json"),
    "a number in hexadecimal": (with_number(b"0x7"), "not-json"),
    "a comment": (VALID[:-1] + b"/*x*/}", "not-json"),
    "a comma at the end": (VALID[:-1] + b",}", "not-json"),
    "two bodies": (VALID + VALID, "not-json"),
    "single quotes": (VALID.replace(b'"', b"'"), "not-json"),
    "half a body": (VALID[: len(VALID) // 2], "not-json"),
    "a bracket that closes nothing": (b"]" + VALID, "not-json"),
    "a member twice": (VALID[:-1] + b',"number":7}', "duplicate-member"),
    "another value for a member first": (b'{"number":"x",' + VALID[1:], "duplicate-member"),
    "a member twice, deeper": (
        VALID.replace(b'"id":"1"', b'"id":"1","id":"1"'),
        "duplicate-member",
    ),
}
TOO_MUCH = {
    "sixty thousand lists": (b"[" * 60_000, "too-deep"),
    "sixty thousand objects": (b'{"":' * 16_000, "too-deep"),
    "objects in objects": (b'{"a":' * 4 + b"1" + b"}" * 4, "too-deep"),
    "lists beside texts with brackets": (b'["]]]]",[[[["[[",1]]]]]', "too-deep"),
    "spaces up to the limit and over": (VALID + b" " * limits.BATCH_BYTES, "too-large"),
    "thousands of digits": (with_number(b"7" * 5000), "out-of-range"),
    "thousands of digits, negative": (with_number(b"-" + b"7" * 5000), "out-of-range"),
    "1e400": (with_number(b"1e400"), "wrong-type"),
    "1e1 for ten": (with_number(b"1e1"), "wrong-type"),
    "a float that is whole": (with_number(b"7.0"), "wrong-type"),
    "a float of many digits": (with_number(b"7." + b"1" * 5000), "wrong-type"),
}
# Nothing is wrong but how it is written: where spaces and order could carry bits.
ANOTHER_SPELLING = {
    "a space": (VALID.replace(b",", b" ,", 1), "not-canonical"),
    "spaces and tabs that spell bytes": (VALID + b"\t \t\t \n\r", "not-canonical"),
    "another order of members": (
        VALID.replace(NUMBER + b",", b"")[:-1] + b',"number":7}',
        "not-canonical",
    ),
    "minus nought": (VALID.replace(b'"faces_seen":0', b'"faces_seen":-0'), "not-canonical"),
}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(*attack, id=name)
        for group in (NO_TEXT, NO_JSON, TOO_MUCH, ANOTHER_SPELLING)
        for name, attack in group.items()
    ],
)
def test_refuses(body: bytes, reason: str):
    assert body != VALID
    assert refusal(Batch, body).reason == reason


def test_other_bodies_have_less_room():
    full = written(MANIFEST) + b" " * (limits.OTHER_BYTES - len(written(MANIFEST)))
    assert refusal(Manifest, full).reason == "not-canonical"
    assert refusal(Manifest, full + b" ").reason == "too-large"


def test_what_is_too_large_is_not_looked_at():
    picture = PICTURES["JPEG"] + bytes(limits.BATCH_BYTES)
    assert refusal(Batch, picture).reason == "too-large"
