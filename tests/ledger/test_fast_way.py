"""The quick way of verifying an entry never says right where the thorough one does not."""

import json
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from overt.ledger import chain, selectors
from overt.ledger.chain import Link

NOW = datetime(2026, 11, 23, 9, 30, 0, 123456, tzinfo=UTC)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
json_values = (
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats()
    | text
    | st.sampled_from(["\x7f", "\ue000", "\U0001f600", "\u2028", '\x00\x1f\b\t\n\f\r"\\/'])
)
payloads = st.dictionaries(
    text | st.sampled_from(["\ue000", "\U0001f600", "z"]),
    json_values
    | st.lists(json_values, max_size=2)
    | st.dictionaries(text, json_values, max_size=2),
    max_size=3,
)
times = st.datetimes(timezones=st.just(UTC))


def put_together(payload: str, *, at: datetime = NOW, actor: str = "user:ann") -> Link:
    """A forger's entry: its hash is over its parts just as they are."""
    content = (
        f'{{"actor":{json.dumps(actor, ensure_ascii=False)},'
        f'"at":"{at.isoformat(timespec="microseconds")[:26]}Z","payload":{payload},'
        f'"previous":"{chain.GENESIS}","seq":1,"subject":"note:1","verb":"test.noted"}}'
    )
    digest = sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    return Link(
        1, chain.time_text(at), actor, "test.noted", "note:1", payload, chain.GENESIS, digest
    )


@given(payloads, times, text)
def test_on_what_was_appended_both_ways_agree(payload, at, actor):
    try:
        spelled = chain.canonical(payload)
    except ValueError:
        spelled = json.dumps(payload)
    link = put_together(spelled, at=at, actor=actor)
    if chain._is_plainly_right(link):
        assert chain._fault_inside(link) is None


@given(
    st.one_of(
        payloads.map(lambda value: json.dumps(value, sort_keys=True, separators=(",", ":"))),
        payloads.map(
            lambda value: json.dumps(
                value, sort_keys=True, separators=(",", ":"), ensure_ascii=False
            )
        ),
        payloads.map(lambda value: json.dumps(value, ensure_ascii=False)),
        st.text(max_size=12).map(lambda inside: "{" + inside + "}"),
    )
)
@example('{"a":9007199254740992}')
@example('{"a":1e400}')
@example('{"a":1.0}')
@example('{"a":-0}')
@example('{"a":NaN}')
@example('{"a":1,"a":1}')
@example('{"b":1,"a":1}')
@example('{"a":"\\u0041"}')
@example('{"a":"\\ud800"}')
@example('{"a":"\ud800"}')
@example('{"\ue000":1,"\U0001f600":1}')
@example('{"a": 1}')
@example("{} ")
@example('{},"payload":{}')
@example("[]")
@example("{" * 5000)
def test_no_odd_spelling_passes_the_quick_way(payload):
    link = put_together(payload)
    if chain._is_plainly_right(link):
        assert chain._fault_inside(link) is None


@pytest.mark.parametrize(
    "payload",
    [
        "{}",
        '{"a":-9007199254740991}',
        '{"a":"straße","b":[1,null,true]}',
        '{"digest":"' + "1e" * 32 + '","number":-17}',
    ],
)
def test_the_quick_way_is_taken_for_common_entries(payload):
    assert chain._is_plainly_right(put_together(payload))


@pytest.mark.parametrize("payload", ['{"a":0.5}', '{"a":{"b":[1.5]}}', '{"😀":1}'])
def test_uncommon_entries_are_right_by_the_thorough_way(payload):
    link = put_together(payload)
    assert not chain._is_plainly_right(link)
    assert chain.fault(link, expected_seq=1, head=chain.GENESIS) is None


STORED = ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%f+00", "%Y-%m-%d %H:%M:%S")


@given(st.datetimes(min_value=datetime(1000, 1, 1)), st.sampled_from(STORED), st.booleans())
def test_a_stored_time_is_read_as_the_time_it_is(at, form, trimmed):
    stored = at.strftime(form)
    if trimmed and "." in stored:
        # As PostgreSQL writes it.
        whole, _, rest = stored.partition(".")
        digits = rest[:6].rstrip("0")
        stored = whole + ("." + digits if digits else "") + rest[6:]
    read = at if "." in stored else at.replace(microsecond=0)
    assert selectors._time(stored) == chain.time_text(read.replace(tzinfo=UTC))


@given(
    st.from_regex(r"[0-9]{4}-[0-9W][0-9]-?[0-9]{1,2}[ T][0-9:.,+ -]{0,20}", fullmatch=True)
    | st.text(max_size=30)
)
@example("2026-W01-5 00:00:06.000006")
@example("2026-01-05 00:00:06,000006")
@example("2026-01-05 00:00:06.000+00")
@example("2026-01-05 00:00:06.000+0100")
@example("0001-01-01 00:00:00.000000+14")
@example("0999-01-01 00:00:00.000000")
@example("\uff12026-01-05 00:00:06.000006")
@example("")
def test_an_odd_time_is_read_by_its_meaning_or_not_at_all(stored):
    found = selectors._time(stored)
    if found is not None:
        at = datetime.fromisoformat(stored)
        assert found == chain.time_text(at if at.tzinfo else at.replace(tzinfo=UTC))


def test_a_range_of_the_chain_is_verified_from_the_hash_before_it():
    first = put_together("{}")
    fields = {"at": NOW, "actor": "a", "verb": "b", "subject": "c", "payload": {}}
    second = Link(
        2,
        chain.time_text(NOW),
        "a",
        "b",
        "c",
        "{}",
        first.hash,
        chain.entry_hash(seq=2, previous=first.hash, **fields),
    )
    assert chain.verify([second], after=1, head=first.hash) == chain.Intact(2, second.hash)
    assert isinstance(chain.verify([second], after=1, head=chain.GENESIS), chain.Broken)
