"""Properties of the chain, without a database."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.ledger import chain
from overt.ledger.chain import Broken, Intact, Link

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
json_values = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | text
payloads = st.dictionaries(text, json_values | st.lists(json_values, max_size=2), max_size=2)
moments = st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC))
contents = st.tuples(moments, text, text, text, payloads)


def replace(link: Link, **changes) -> Link:
    return link._replace(**changes)


def chained(all_contents) -> list[Link]:
    links: list[Link] = []
    for seq, (at, actor, verb, subject, payload) in enumerate(all_contents, start=1):
        previous = links[-1].hash if links else chain.GENESIS
        digest = chain.entry_hash(
            seq=seq,
            at=at,
            actor=actor,
            verb=verb,
            subject=subject,
            payload=payload,
            previous=previous,
        )
        links.append(
            Link(
                seq,
                chain.time_text(at),
                actor,
                verb,
                subject,
                chain.canonical(payload),
                previous,
                digest,
            )
        )
    return links


chains = st.lists(contents, min_size=1, max_size=4).map(chained)


@given(chains)
def test_what_was_appended_is_intact_and_the_head_is_the_last_hash(links):
    assert chain.verify(links) == Intact(count=len(links), head=links[-1].hash)


def test_an_empty_ledger_is_intact():
    assert chain.verify([]) == Intact(count=0, head="0" * 64)


@given(chains, st.data())
def test_any_edit_of_any_field_names_the_entry(links, data):
    place = data.draw(st.integers(0, len(links) - 1))
    link = links[place]
    field = data.draw(st.sampled_from(["at", "actor", "verb", "subject", "previous", "hash"]))
    if field == "at":
        edited = replace(link, at=chain.time_text(_other_moment(moment(link))))
    else:
        edited = replace(
            link, **{field: data.draw(text.filter(lambda t: t != getattr(link, field)))}
        )
    verdict = chain.verify([*links[:place], edited, *links[place + 1 :]])
    assert isinstance(verdict, Broken)
    assert verdict.seq == link.seq


def moment(link: Link) -> datetime:
    assert link.at is not None
    return datetime.fromisoformat(link.at)


def _other_moment(at: datetime) -> datetime:
    step = timedelta(microseconds=1)
    return at - step if at.year > 5000 else at + step


@given(chains, st.data())
def test_any_edit_of_a_payload_even_of_its_spelling_names_the_entry(links, data):
    place = data.draw(st.integers(0, len(links) - 1))
    link = links[place]
    value = json.loads(link.payload)
    spelling = data.draw(
        st.sampled_from(
            [
                json.dumps(value, indent=1),
                link.payload + "\n",
                link.payload[:-1] + ',"a":1,"a":1}',
                "[]",
                "{",
                "",
                '{"a":NaN}',
                '{"a":1e400}',
                chain.canonical({"was": value}),
            ]
        ).filter(lambda spelling: spelling != link.payload)
    )
    verdict = chain.verify([*links[:place], replace(link, payload=spelling), *links[place + 1 :]])
    assert isinstance(verdict, Broken)
    assert verdict.seq == link.seq


@given(chains, st.data())
def test_a_gap_names_the_first_missing_entry(links, data):
    start = data.draw(st.integers(0, len(links) - 1))
    end = data.draw(st.integers(start + 1, len(links)))
    verdict = chain.verify(links[:start] + links[end:])
    if end == len(links):
        assert verdict == Intact(start, links[start - 1].hash if start else chain.GENESIS)
    else:
        assert isinstance(verdict, Broken)
        assert (verdict.seq, "missing" in verdict.reason) == (start + 1, True)


@given(chains.filter(lambda links: len(links) > 1), st.data())
def test_two_entries_that_changed_places_are_named(links, data):
    first = data.draw(st.integers(0, len(links) - 2))
    second = data.draw(st.integers(first + 1, len(links) - 1))
    moved = list(links)
    moved[first] = replace(links[second], seq=links[first].seq)
    moved[second] = replace(links[first], seq=links[second].seq)
    verdict = chain.verify(moved)
    assert isinstance(verdict, Broken)
    assert verdict.seq == links[first].seq


@given(chains.filter(lambda links: len(links) > 1), st.data())
def test_an_entry_rewritten_with_a_right_hash_shows_at_the_one_after_it(links, data):
    place = data.draw(st.integers(0, len(links) - 2))
    link = links[place]
    forged = chain.entry_hash(
        seq=link.seq,
        at=moment(link),
        actor=link.actor + "x",
        verb=link.verb,
        subject=link.subject,
        payload=json.loads(link.payload),
        previous=link.previous,
    )
    rewritten = replace(link, actor=link.actor + "x", hash=forged)
    verdict = chain.verify([*links[:place], rewritten, *links[place + 1 :]])
    assert isinstance(verdict, Broken)
    assert verdict.seq == link.seq + 1
    assert f"entry {link.seq}" in verdict.reason


@given(chains)
def test_a_chain_that_begins_later_is_not_taken_for_a_whole_one(links):
    later = chained([(moment(links[0]), "a", "b", "c", {})])
    moved = replace(later[0], previous=links[0].hash)
    moved = replace(
        moved,
        hash=chain.entry_hash(
            seq=1,
            at=moment(moved),
            actor="a",
            verb="b",
            subject="c",
            payload={},
            previous=moved.previous,
        ),
    )
    verdict = chain.verify([moved])
    assert isinstance(verdict, Broken)
    assert "begin" in verdict.reason


def test_verification_reads_one_entry_at_a_time_and_stops_at_the_first_fault():
    links = chained([(datetime(2026, 1, 1, tzinfo=UTC), "a", "b", "c", {})] * 4)
    reading = iter([links[0], links[2], links[3]])
    assert chain.verify(reading) == Broken(2, "it is missing: after entry 1 comes entry 3")
    assert next(reading) == links[3]


def test_a_time_without_a_zone_has_no_text():
    with pytest.raises(ValueError, match="zone"):
        chain.time_text(datetime(2026, 1, 1))
