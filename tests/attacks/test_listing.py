"""The list of attacks is as long, as full and as public as it is said to be."""

from collections import Counter

from tests.attacks.listing import DOCUMENT, document, themes

# What has to be among them, whatever else is, and one case of it.
ASKED_FOR = {
    "expired": "after the end",
    "not yet valid": "a second before the start",
    "wrong audience": "another system's session",
    "wrong type": "the type of a permit",
    "wrong key": "another's kid",
    "wrong algorithm": "HS512 keyed with the public key",
    "algorithm none": "algorithm none, with a signature of the right length",
    "unknown kid": "a kid of the right form that nobody has",
    "replay": "the very same request again",
    "sequence rollback": "a lower number than before",
    "another session's": "a batch about another system's session",
    "authority withdrawn in the middle": "the authority withdrawn",
    "reviewer disabled": "the reviewer's account disabled",
    "reviewer demoted": "the reviewer without the role",
    "officer disabled": "the authorising officer's account disabled",
    "officer demoted": "the authorising officer demoted",
    "edited after the authority": "the application edited after the authority",
    "threshold lowered": "the threshold lowered by the least there is",
    "manifest swapped": "the manifest swapped while the session is live",
    "manifest stale": "a watchlist built a second more than a day before the start",
    "sign down": "a sign down for longer than its grace",
    "notice cancelled": "the notice cancelled",
    "clock back": "Overt's clock put back by a second",
    "clock forward": "Overt's clock put forward past the end",
    "the night of October": "a request of the first quarter past one, at the second",
    "database read-only, partial writes": "a batch with something of everything",
    "Redis down": "the authority withdrawn, and no worker is told of it",
    "duplicate": "another batch under a number that was taken",
    "reordered": "an earlier batch, come late, that counted more",
    "gapped": "settled while a batch has not come",
    "decreasing": "a count that goes down",
    "oversize": "a byte more than a batch may have",
    "like base64": "a template in base64 for a camera",
    "unknown field": "an unknown member of a batch",
    "image bytes": "a picture for a body",
    "after the stop": "counts after the stop",
    "attestation missing": "settled while no deletion is attested",
}


def test_there_are_at_least_seventy_and_each_has_a_reason() -> None:
    attacks = [(heading, name) for heading, _, cases in themes() for name in cases]
    assert len(set(attacks)) == len(attacks) >= 70
    assert all(attack.reason for *_, cases in themes() for attack in cases.values())


def test_what_was_asked_for_is_among_them() -> None:
    names = {name for *_, cases in themes() for name in cases}
    assert {asked: name for asked, name in ASKED_FOR.items() if name not in names} == {}


def test_each_kind_of_refusal_is_met() -> None:
    """By how Overt answers: no signature, no permit, no such thing, contradiction, size, form,
    and nothing to be had."""
    met = Counter(attack.status for *_, cases in themes() for attack in cases.values())
    assert {401, 403, 404, 405, 406, 409, 413, 422, 503} <= set(met)


def test_the_document_is_the_list() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "python -m tests.attacks"
