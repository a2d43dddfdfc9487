"""What a calendar program is told, read back by a parser of the format."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from overt.deployments import states
from overt.deployments.calendar import ics

START = datetime(2027, 3, 27, 22, 0, tzinfo=ZoneInfo("Europe/London"))
ENTRY = ics.Entry(
    reference="LFR-2027-0007",
    title="Winter market",
    state=states.AUTHORISED,
    starts_at=START,
    ends_at=datetime(2027, 3, 28, 4, 0, tzinfo=ZoneInfo("Europe/London")),
    setup_at=START - timedelta(hours=1),
    takedown_at=datetime(2027, 3, 28, 5, 0, tzinfo=ZoneInfo("Europe/London")),
    place="Croydon, near the station",
    created_at=datetime(2027, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
    changed_at=datetime(2027, 2, 1, 9, 30, tzinfo=UTC),
    changes=12,
    url="https://overt.example/deployments/LFR-2027-0007/",
)


def read(entry: ics.Entry) -> Event:
    (event,) = Calendar.from_ical(ics.calendar([entry], name="Deployments")).walk("VEVENT")
    return event


def test_times_are_in_utc_over_the_night_in_march() -> None:
    event = read(ENTRY)
    assert event["DTSTART"].to_ical() == b"20270327T220000Z"
    assert event["DTEND"].to_ical() == b"20270328T030000Z"
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=5)


def test_it_says_what_it_is_how_new_and_where() -> None:
    event = read(ENTRY)
    assert event["SUMMARY"] == "LFR-2027-0007 Winter market (Authorised)"
    assert event["SEQUENCE"] == 12
    assert event["LOCATION"] == "Croydon, near the station"
    assert event["DTSTAMP"].to_ical() == b"20270201T093000Z"
    assert event["URL"] == ENTRY.url
    assert event["DESCRIPTION"].split("\n") == [
        "State: Authorised",
        "Set-up: 27 March 2027, 21:00 GMT",
        "Take-down: 28 March 2027, 05:00 BST",
    ]


def test_the_uid_stays_whatever_changes_and_differs_in_another_installation() -> None:
    changed = replace(ENTRY, title="Other", state=states.CANCELLED, changes=40, starts_at=START)
    assert read(changed)["UID"] == read(ENTRY)["UID"] == "db600fe1-8fa1-548e-bbae-cb3b5afeb99b"
    elsewhere = replace(ENTRY, created_at=ENTRY.created_at + timedelta(microseconds=1))
    assert read(elsewhere)["UID"] != read(ENTRY)["UID"]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (states.DRAFT, "TENTATIVE"),
        (states.SUBMITTED, "TENTATIVE"),
        (states.REVIEWED, "TENTATIVE"),
        (states.AUTHORISED, "CONFIRMED"),
        (states.READY, "CONFIRMED"),
        (states.LIVE, "CONFIRMED"),
        (states.ENDED, "CONFIRMED"),
        (states.ACCOUNTED, "CONFIRMED"),
        (states.REFUSED, "CANCELLED"),
        (states.WITHDRAWN, "CANCELLED"),
        (states.CANCELLED, "CANCELLED"),
        (states.EXPIRED, "CANCELLED"),
    ],
)
def test_the_status_follows_the_state(state: str, said: str) -> None:
    event = read(replace(ENTRY, state=state))
    assert event["STATUS"] == said
    assert event["TRANSP"] == ("TRANSPARENT" if said == "CANCELLED" else "OPAQUE")


@given(
    st.text(max_size=120),
    st.text(max_size=60)
    | st.sampled_from(["A, B; C\\D", "x\r\nATTACH:file", "<b>", "a\nEND:VEVENT"]),
)
def test_no_text_breaks_out_of_its_line(title: str, place: str) -> None:
    entry = replace(ENTRY, title=title, place=place)
    written = ics.calendar([entry], name="Deployments")
    assert written.count(b"BEGIN:VEVENT\r\n") == 1
    assert b"\nATTACH" not in written.replace(b"\r\n ", b"")
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    event = read(entry)
    assert len(event.property_items()) == len(read(replace(ENTRY, place=place)).property_items())

    def plain(text: str) -> str:
        return " ".join("".join(c if c.isprintable() else " " for c in text).split())

    assert event["SUMMARY"] == plain(f"LFR-2027-0007 {title} (Authorised)")
    assert event.get("LOCATION", "") == plain(place)
