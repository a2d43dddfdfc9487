"""The dates file says what it says by rule; a broken one is named."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from overt.deployments import checks
from overt.deployments.calendar import dates

KNOWN = dates.read(Path(settings.DATES_DIR))


def easter(year: int) -> date:
    """Gregorian, by the rule of Meeus, Jones and Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def first(weekday: int, year: int, month: int) -> date:
    day = date(year, month, 1)
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def last_monday(year: int, month: int) -> date:
    day = date(year, month, 31)
    return day - timedelta(days=day.weekday())


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_bank_holidays_are_those_that_the_law_gives(year: int) -> None:
    fixed = {date(year, 1, 1)}
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    if christmas.weekday() == 5:
        christmas, boxing = date(year, 12, 27), date(year, 12, 28)
    elif boxing.weekday() == 5:
        boxing = date(year, 12, 28)
    expected = fixed | {
        easter(year) - timedelta(days=2),
        easter(year) + timedelta(days=1),
        first(0, year, 5),
        last_monday(year, 5),
        last_monday(year, 8),
        christmas,
        boxing,
    }
    found = {one.date for one in KNOWN if one.kind == "bank holiday" and one.date.year == year}
    assert found == expected


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_other_days_follow_their_rules(year: int) -> None:
    of_year = {one.name: one for one in KNOWN if one.date.year == year}
    carnival = of_year["Notting Hill Carnival"]
    assert carnival.until == last_monday(year, 8)
    assert carnival.date == last_monday(year, 8) - timedelta(days=1)
    assert of_year["Remembrance Sunday"].date == first(6, year, 11) + timedelta(days=7)
    assert of_year["Lord Mayor's Show"].date == first(5, year, 11) + timedelta(days=7)
    polling = [one.date for one in of_year.values() if one.kind == "polling day"]
    assert polling == [first(3, year, 5)]


def test_a_date_of_several_days_is_on_each_of_them() -> None:
    (carnival,) = [one for one in KNOWN if one.name == "Notting Hill Carnival"][:1]
    assert dates.on(KNOWN, date(2026, 8, 30)) == [carnival]
    assert carnival in dates.on(KNOWN, date(2026, 8, 31))
    assert carnival not in dates.on(KNOWN, date(2026, 9, 1))
    assert not carnival.touches(date(2026, 8, 20), date(2026, 8, 29))
    assert carnival.touches(date(2026, 8, 31), date(2026, 9, 3))


ENTRY = '[[dates]]\nname = "Fair"\nkind = "festival"\nsource = "Custom"\nstatus = "assumed"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY + "date = 2026-02-30", "cannot be read"),
        (ENTRY + 'date = "2026-02-20"', "dates.0.date"),
        (ENTRY + "date = 2026-02-20\nuntil = 2026-02-20", "until must come after date"),
        (ENTRY + "date = 2026-02-20\ncolour = 1", "dates.0.colour"),
        (ENTRY.replace("assumed", "sure") + "date = 2026-02-20", "dates.0.status"),
        ("", "dates"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_what_is_wrong(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    with pytest.raises(dates.DatesError, match=r"mine\.toml") as refused:
        dates.read(tmp_path)
    assert said in str(refused.value)


def test_the_system_check_names_a_broken_file(tmp_path: Path, settings: Any) -> None:
    assert checks.dates_can_be_read() == []
    (tmp_path / "mine.toml").write_text("x", encoding="utf-8")
    settings.DATES_DIR = tmp_path
    (error,) = checks.dates_can_be_read()
    assert error.id == "deployments.E001"
    assert "mine.toml" in error.msg
