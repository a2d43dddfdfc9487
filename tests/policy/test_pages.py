"""The policy pages."""

import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from overt.accounts.models import User
from overt.policy import describe, profiles

from .conftest import FOLDER

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(User.objects.create(username="ann"))
    return client


def page(reader: Client, view: str, **kwargs: str) -> BeautifulSoup:
    response = reader.get(reverse(f"policy:{view}", kwargs=kwargs or None))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(node: BeautifulSoup) -> str:
    return " ".join(node.get_text(" ").split())


def test_a_profile_shows_every_value_with_its_source_certainty_and_note(reader: Client) -> None:
    shown = page(reader, "profile", name="met-2024-09")
    rows = [
        tuple(words(cell) for cell in row.select("dt, dd"))
        for row in shown.select("h2[id] + dl .govuk-summary-list__row")
    ]
    assert rows == [
        (
            row.label,
            f"{row.value} Source: {row.source} {row.note or ''}".strip(),
            row.status.capitalize(),
        )
        for section in describe.describe(profiles.load("met-2024-09"))
        for row in section.rows
    ]


def test_a_profile_shows_its_digest_its_counts_and_that_it_is_in_use(reader: Client) -> None:
    text = words(page(reader, "profile", name="met-2024-09"))
    profile = profiles.load("met-2024-09")
    counts = describe.certainties(describe.describe(profile))
    assert profile.digest in text
    assert f"Confirmed {counts['confirmed']} " in text
    assert f"Reported {counts['reported']} " in text
    assert f"Assumed {counts['assumed']} " in text
    assert "In use New work is held to this profile." in text
    assert "This is an example" not in text


def test_the_example_says_on_top_that_no_force_has_it(reader: Client) -> None:
    text = words(page(reader, "profile", name="example-force"))
    assert "This is an example. No force has this policy." in text
    assert "Not in use for new work." in text


def test_each_section_is_linked_to(reader: Client) -> None:
    shown = page(reader, "profile", name="met-2024-09")
    links = [str(link["href"]).removeprefix("#") for link in shown.select(".overt-contents a")]
    headings = [heading["id"] for heading in shown.select("h2[id]:has(+ dl)")]
    assert links == headings
    assert "hotspots" in links


def test_the_list_has_the_profile_in_use_first(reader: Client, settings: Settings) -> None:
    settings.POLICY_PROFILE = "met-2024-09"
    rows = [words(row) for row in page(reader, "profiles").select("tbody tr")]
    assert [row.split(" from ")[0] for row in rows] == [
        "Metropolitan Police, overt live facial recognition, September 2024 "
        "Metropolitan Police Service",
        "Example Force, invented policy Example Force",
    ]
    assert rows[0].endswith("In use")
    assert rows[1].endswith("Example")


def test_a_file_that_cannot_be_used_is_listed_with_its_problems(
    reader: Client, settings: Settings, tmp_path: Path
) -> None:
    shutil.copy(FOLDER / "met-2024-09.toml", tmp_path)
    (tmp_path / "bad.toml").write_text("name = '<b>'")
    settings.POLICY_DIR = tmp_path
    rows = page(reader, "profiles").select("tbody tr")
    assert "This file cannot be used." in words(rows[1])
    assert "field hotspots: is missing; add it" in words(rows[1])
    assert reader.get(reverse("policy:profile", args=["bad"])).status_code == 404


@pytest.mark.parametrize("name", ["other", "met-2024-08"])
def test_a_profile_that_is_not_there_is_not_found(reader: Client, name: str) -> None:
    assert reader.get(reverse("policy:profile", args=[name])).status_code == 404


def test_what_a_profile_says_is_shown_as_text_and_never_as_markup(
    reader: Client, settings: Settings, tmp_path: Path
) -> None:
    text = (FOLDER / "met-2024-09.toml").read_text()
    attack = "<script>alert(1)</script>"
    (tmp_path / "met-2024-09.toml").write_text(text.replace("Overt's method,", attack))
    settings.POLICY_DIR = tmp_path
    response = reader.get(reverse("policy:profile", args=["met-2024-09"]))
    assert attack not in response.content.decode()
    assert "&lt;script&gt;alert(1)" in response.content.decode()
