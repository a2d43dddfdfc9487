"""The words of a notice, and its document."""

import json
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.deployments.notices import coarse, document, wording
from overt.deployments.notices.lead import lead
from overt.deployments.notices.shown import area_in_words, lead_in_words
from overt.deployments.notices.wording import Before, Told
from overt.policy import profiles

LONDON = ZoneInfo("Europe/London")
STARTS = datetime(2026, 12, 5, 11, tzinfo=UTC)
TOLD = Told(
    force="Metropolitan Police Service",
    place="Station Road",
    starts_at=STARTS,
    ends_at=STARTS + timedelta(hours=5),
    text="Officers are there to answer questions.\n\nCome and talk to us.",
)
BEFORE = Before(
    number=1,
    published_at=STARTS - timedelta(days=9),
    is_cancellation=False,
    place="Station Road",
    starts_at=STARTS,
    ends_at=STARTS + timedelta(hours=5),
)


def lead_of(hours=264, reason=""):
    return lead(
        starts_at=STARTS,
        published_at=STARTS - timedelta(hours=hours),
        reason=reason,
        profile=profiles.load("met-2024-09"),
    )


def words(told=TOLD, before=None, **given):
    return wording.announcement(told, lead=lead_of(**given), before=before)


def test_a_notice_says_what_where_and_when_then_what_was_written():
    assert words() == [
        "The Metropolitan Police Service plans to use live facial recognition on Saturday "
        "5 December 2026, from 11:00 to 16:00 GMT. Place: Station Road.",
        "Officers are there to answer questions.",
        "Come and talk to us.",
    ]


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        (
            datetime(2026, 7, 4, 10, tzinfo=UTC),
            datetime(2026, 7, 4, 15, tzinfo=UTC),
            "on Saturday 4 July 2026, from 11:00 to 16:00 BST",
        ),
        (
            datetime(2026, 12, 5, 22, tzinfo=UTC),
            datetime(2026, 12, 6, 2, tzinfo=UTC),
            "from 22:00 GMT on Saturday 5 December 2026 to 02:00 GMT on Sunday 6 December 2026",
        ),
        (
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            datetime(2026, 10, 25, 5, tzinfo=UTC),
            "on Sunday 25 October 2026, from 01:30 BST to 05:00 GMT",
        ),
        (
            datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
            datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
            "on Sunday 29 March 2026, from 00:30 GMT to 02:00 BST",
        ),
        (
            datetime(2028, 2, 29, 11, tzinfo=UTC),
            datetime(2028, 2, 29, 16, tzinfo=UTC),
            "on Tuesday 29 February 2028, from 11:00 to 16:00 GMT",
        ),
    ],
)
def test_times_are_those_of_london_with_their_zone(starts, ends, said):
    assert wording.hours(starts, ends) == said


def test_a_change_says_what_changed():
    place = words(replace(TOLD, place="Market Street"), BEFORE)[1]
    assert place.startswith("This notice replaces notice 1, published at 11:00 GMT on Thursday")
    assert place.endswith("Changed: the place.")
    time = replace(TOLD, ends_at=TOLD.ends_at + timedelta(hours=1))
    assert words(time, BEFORE)[1].endswith("Changed: the time.")
    assert words(replace(time, place="X"), BEFORE)[1].endswith("Changed: the place and the time.")
    assert words(TOLD, BEFORE)[1].endswith("Place and time are the same.")
    assert (
        "cancelled what had been announced" in words(TOLD, replace(BEFORE, is_cancellation=True))[1]
    )


def test_a_late_notice_says_so_and_why():
    assert words(hours=5, reason="An attack is imminent.")[-1] == (
        "This notice was published less than 24 hours before the start. The policy asks for 24 "
        "hours before it, and allows less under a critical threat. The reason that was given: "
        "An attack is imminent."
    )
    after = words(hours=-2, reason="An attack.")
    assert "announces the use of live facial recognition" in after[0]
    assert "was published after the start" in after[-1]


def test_a_cancellation_says_that_and_nothing_more():
    about = "on Saturday 5 December 2026, from 11:00 to 16:00 GMT. Place: Station Road."
    assert wording.cancellation(TOLD, stopped=False, over=False) == [
        f"There will be no live facial recognition as it was announced {about}",
        "If the police plan it anew, a new notice is published on this page.",
    ]
    assert wording.cancellation(TOLD, stopped=False, over=True) == [
        f"There was no live facial recognition as it was announced {about}"
    ]
    for over in (False, True):
        assert wording.cancellation(TOLD, stopped=True, over=over) == [
            f"The police stopped the live facial recognition that was announced {about}"
        ]


@given(st.text(max_size=300))
def test_whatever_is_written_becomes_plain_text_that_json_and_xml_can_hold(text):
    said = words(replace(TOLD, text=text, place=wording.one_line(text) or "X"))
    for paragraph in said:
        assert paragraph.strip()
        assert not any(
            unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t"
            for letter in paragraph
        )
        assert "\u202e" not in paragraph
        assert "\n\n" not in paragraph
    assert "\n\n".join(said).split("\n\n") == said
    assert document.canonical({"text": said})


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S")), max_size=100))
def test_what_is_plain_already_is_kept_letter_by_letter(text):
    assert wording.plain(text) == text


def built(**changes):
    given = {
        "reference": "LFR-2026-0001",
        "number": 1,
        "kind": "announcement",
        "event": document.ANNOUNCED,
        "published_at": STARTS - timedelta(days=11),
        "borough": "Croydon",
        "square": coarse.Square(532500, 165500, 500),
        "lead": lead_of(),
        "application": {"version": 1, "digest": "a" * 64},
        "policy": {"name": "met-2024-09", "digest": "b" * 64},
        "replaces": None,
    }
    return document.build(TOLD, words(), **(given | changes))


def test_the_document_is_canonical_and_its_digest_tells_every_change():
    text = document.canonical(built())
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert json.loads(text)["published_at"] == "2026-11-24T11:00:00.000000Z"
    digests = {
        document.digest(document.canonical(built(**change)))
        for change in ({}, {"number": 2}, {"borough": "Barnet"}, {"replaces": "c" * 64})
    }
    assert len(digests) == 4


@pytest.mark.parametrize("name", ["met-2024-09", "example-force"])
def test_the_place_is_as_coarse_as_the_policy_says(name):
    precision = profiles.load(name).place.public_precision_m.value
    zone = ((532_712_34, 165_733_21), (532_812_34, 165_733_21), (532_812_34, 165_833_21))
    found = coarse.square(zone, precision_m=precision)
    assert found.side == precision
    assert found.easting % precision == found.northing % precision == 0
    assert found.easting <= 532_762 < found.easting + precision
    assert found.northing <= 165_783 < found.northing + precision
    assert str(precision) in area_in_words(found)


def test_without_a_zone_there_is_no_square():
    assert coarse.square((), precision_m=500) is None
    assert area_in_words(None) == ""


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (264, "11 days before the start"),
        (263, "10 days before the start"),
        (72, "3 days before the start"),
        (71, "71 hours before the start"),
        (1, "1 hour before the start"),
        (0, "less than an hour before the start"),
        (-1, "after the start"),
    ],
)
def test_lead_time_in_words_is_never_longer_than_it_was(hours, said):
    assert lead_in_words(hours) == said
