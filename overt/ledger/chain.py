"""The chain: how an entry is hashed, and how a row of entries is verified. No Django.

Rules
1. Entry `seq` counts 1, 2, 3, … without a gap.
2. `hash` is the sha256, in hexadecimal, of the UTF-8 bytes of the canonical JSON (RFC 8785) of
   the object {actor, at, payload, previous, seq, subject, verb}: `payload` as the JSON object
   itself, `at` as text like 2026-11-23T06:42:45.000001Z (UTC, six decimals), `seq` as a number.
3. `previous` is the hash of the entry before; in entry 1, 64 zeros.
4. The stored payload is its own canonical form, so one payload has one spelling.

What the chain shows: any change to, gap in or reordering of what is stored, as long as the hash
of the last entry is right. What it cannot show by itself: entries cut off at the end, or a chain
rewritten in full. For that the hash of the last entry has to be known from elsewhere.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from json.encoder import encode_basestring as _quoted
from typing import NamedTuple

import orjson
import rfc8785

GENESIS = "0" * 64


class Link(NamedTuple):
    """One entry as it is stored. `payload` is text; `at` is the text of rule 2, or None where no
    time can be read."""

    seq: int
    at: str | None
    actor: str
    verb: str
    subject: str
    payload: str
    previous: str
    hash: str


@dataclass(frozen=True)
class Intact:
    """Every rule holds. `head` is the hash of the last entry, 64 zeros when there is none."""

    count: int
    head: str


@dataclass(frozen=True)
class Broken:
    """Entry `seq` is the first for which a rule does not hold."""

    seq: int
    reason: str


def canonical(value: Mapping[str, object]) -> str:
    """The RFC 8785 form. Raises ValueError for what has none (NaN, integers past 2^53 - 1,
    half of a surrogate pair, types that JSON does not know)."""
    return rfc8785.dumps(value).decode()  # type: ignore[arg-type]


def time_text(at: datetime) -> str:
    """`at` in UTC with microseconds. Raises ValueError for a time without a zone."""
    if at.utcoffset() is None:
        raise ValueError("the time has no zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_hash(
    *,
    seq: int,
    at: datetime,
    actor: str,
    verb: str,
    subject: str,
    payload: Mapping[str, object],
    previous: str,
) -> str:
    """The hash of rule 2. Raises ValueError as `canonical` and `time_text` do."""
    return _hash(
        {
            "actor": actor,
            "at": time_text(at),
            "payload": payload,
            "previous": previous,
            "seq": seq,
            "subject": subject,
            "verb": verb,
        }
    )


def _hash(content: Mapping[str, object]) -> str:
    return sha256(canonical(content).encode()).hexdigest()


def verify(links: Iterable[Link], *, after: int = 0, head: str = GENESIS) -> Intact | Broken:
    """Hold `links`, in rising order of `seq`, against the rules; stop at the first fault.

    `links` begin after entry `after`, whose hash is `head`.
    """
    count = after
    for link in links:
        broken = fault(link, expected_seq=count + 1, head=head)
        if broken is not None:
            return broken
        count, head = link.seq, link.hash
    return Intact(count=count, head=head)


def fault(link: Link, *, expected_seq: int, head: str) -> Broken | None:
    """The first rule that does not hold for `link`, after an entry whose hash is `head`."""
    if link.seq != expected_seq:
        before = f"entry {expected_seq - 1}" if expected_seq > 1 else "the start"
        return Broken(expected_seq, f"it is missing: after {before} comes entry {link.seq}")
    reason = None if _is_plainly_right(link) else _fault_inside(link)
    if reason is None and link.previous != head:
        if link.seq == 1:
            reason = "it does not begin the chain: entries before it were cut off"
        else:
            reason = (
                f"it does not follow entry {link.seq - 1}: one of the two was replaced or moved"
            )
    return None if reason is None else Broken(link.seq, reason)


_LARGEST = 2**53 - 1
_BEYOND = re.compile("[\ud800-\U0010ffff]")
_HEXADECIMAL = re.compile("[0-9a-f]{64}")


def _is_plainly_right(link: Link) -> bool:
    """Whether rules 2 and 4 hold, by a quick way that never says so where they do not.

    What orjson writes with sorted names is RFC 8785's form but for three things, and entries with
    one of them are left to the thorough way: fractions and exponents, integers past 2^53 - 1, and
    the order of names beyond U+D7FF. The content is put together from its parts, each of them
    canonical.
    """
    seq, at, actor, verb, subject, payload, previous, digest = link
    try:
        if at is None or not (payload.isascii() or _BEYOND.search(payload) is None):
            return False
        if not _HEXADECIMAL.fullmatch(previous):
            return False
        written = payload.encode()
        value = orjson.loads(written)
        if (
            type(value) is not dict
            or orjson.dumps(value, option=orjson.OPT_SORT_KEYS) != written
            or not _has_plain_numbers(value.values())
        ):
            return False
        content = (
            f'{{"actor":{_quoted(actor)},"at":"{at}",'
            f'"payload":{payload},"previous":"{previous}","seq":{seq},'
            f'"subject":{_quoted(subject)},"verb":{_quoted(verb)}}}'
        )
        return sha256(content.encode()).hexdigest() == digest
    except (ValueError, TypeError, AttributeError, RecursionError):
        return False


def _has_plain_numbers(values: Iterable[object]) -> bool:
    """Whether there is no fraction among them, no exponent, and no integer past 2^53 - 1."""
    for value in values:
        kind = type(value)
        if kind is str or value is None or kind is bool:
            continue
        if kind is int:
            if not -_LARGEST <= value <= _LARGEST:  # type: ignore[operator]
                return False
        elif kind is dict:
            if not _has_plain_numbers(value.values()):  # type: ignore[attr-defined]
                return False
        elif kind is not list or not _has_plain_numbers(value):  # type: ignore[arg-type]
            return False
    return True


def _fault_inside(link: Link) -> str | None:
    if link.at is None:
        return "its time cannot be read: it was edited"
    payload = _canonical_object(link.payload)
    if payload is None:
        return "its payload is not canonical JSON: it was edited"
    try:
        computed = _hash(
            {
                "actor": link.actor,
                "at": link.at,
                "payload": payload,
                "previous": link.previous,
                "seq": link.seq,
                "subject": link.subject,
                "verb": link.verb,
            }
        )
    except ValueError:
        return "one of its fields is no text: it was edited"
    if computed != link.hash:
        return "its contents do not give its hash: it was edited, or moved from its place"
    return None


def _canonical_object(text: str) -> dict[str, object] | None:
    """The object that `text` spells, or None where `text` is not its canonical form."""
    try:
        value = json.loads(text)
        if isinstance(value, dict) and canonical(value) == text:
            return value
    except ValueError:
        pass
    return None
