"""Asking for an analysis."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError

from overt.accounts.models import User
from overt.hotspots import tasks
from overt.hotspots.crimes.categories import CATEGORIES
from overt.hotspots.models import Analysis, Area, CrimeRelease
from overt.hotspots.services import jobs
from overt.hotspots.storage import crime_storage
from overt.ledger.models import Entry
from tests.hotspots.crimes import street
from tests.hotspots.crimes.importing import import_all

ADDRESS = reverse("hotspots:analysis_new")


@pytest.fixture
def surrey(tmp_path: Path, db: None) -> None:
    import_all(street.write(tmp_path, [street.crime() for _ in range(5)]))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Analysis]:
    """What was handed to the workers."""
    handed: list[Analysis] = []
    monkeypatch.setattr(jobs, "send", lambda *, analysis: handed.append(analysis))
    return handed


def answers(chosen: Area, **changes: Any) -> dict[str, Any]:
    return {
        "area": chosen.pk,
        "forces": ["surrey"],
        "until": "2024-01",
        "months": 36,
        "categories": list(CATEGORIES),
        "profile": "met-2024-09",
    } | changes


def test_the_form_suggests_what_the_policy_and_the_data_say(
    client: Client, area: Area, surrey: None
) -> None:
    form = client.get(ADDRESS).context["form"]
    assert form["months"].value() == 36
    # Left to the service, which takes the area's own force and the latest month it has.
    assert not form["until"].value()
    assert not form["forces"].value()
    assert form["profile"].value() == "met-2024-09"


def test_an_analysis_is_queued_once_and_handed_to_a_worker(
    client: Client, analyst: User, area: Area, surrey: None, sent: list[Analysis]
) -> None:
    response = client.post(ADDRESS, answers(area))
    asked = Analysis.objects.get()
    assert response.url == reverse("hotspots:analysis", kwargs={"pk": asked.pk})  # type: ignore[attr-defined]
    assert sent == [asked]
    assert asked.requested_by == analyst
    assert asked.parameters["categories"] == ["Burglary"]
    assert Entry.objects.filter(subject=f"analysis:{asked.pk}", actor="user:ann").count() == 1


def test_what_is_left_empty_is_the_areas_own_force_and_its_latest_month(
    client: Client, area: Area, surrey: None, sent: list[Analysis]
) -> None:
    client.post(ADDRESS, answers(area, forces=[], until=""))
    asked = Analysis.objects.get()
    assert asked.parameters["forces"] == ["surrey"]
    assert asked.parameters["until"] == "2024-01"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("area", "", "Choose the area"),
        ("forces", ["kent"], "Select a valid choice"),
        ("months", "0", "Enter at least 1 month"),
        ("months", "three", "Enter the months as a whole number"),
        ("categories", [], "Choose at least one offence"),
        ("categories", ["Robbery"], "The chosen files hold no &#x27;Robbery&#x27;."),
        ("profile", "../secrets", "Select a valid choice"),
        ("until", "2019-01", "Select a valid choice"),
    ],
)
def test_a_bad_answer_is_named_at_its_field_and_nothing_is_queued(
    field: str,
    value: Any,
    message: str,
    client: Client,
    area: Area,
    surrey: None,
    sent: list[Analysis],
) -> None:
    response = client.post(ADDRESS, answers(area, **{field: value}))
    shown = response.content.decode()
    assert response.status_code == 200
    assert shown.count(message) == 2  # in the summary and at the field
    assert f'href="#id_{field}"' in shown
    assert not Analysis.objects.exists()
    assert sent == []


def test_who_may_not_analyse_is_told_so(auditor_client: Client, area: Area) -> None:
    response = auditor_client.get(ADDRESS)
    assert response.status_code == 403
    assert "Only an analyst" in response.content.decode()


def test_without_boundaries_the_page_says_what_to_do(client: Client, surrey: None) -> None:
    assert "No boundaries are imported yet" in client.get(ADDRESS).content.decode()


def test_without_crime_files_the_page_says_what_to_do(client: Client, area: Area) -> None:
    assert "No crime files are imported yet" in client.get(ADDRESS).content.decode()


def test_a_form_that_is_sent_twice_gives_one_analysis(
    client: Client, area: Area, surrey: None, sent: list[Analysis]
) -> None:
    first = client.post(ADDRESS, answers(area))
    entries = Entry.objects.count()
    second = client.post(ADDRESS, answers(area))
    assert first["Location"] == second["Location"]
    assert Analysis.objects.count() == 1
    assert Entry.objects.count() == entries


def test_another_choice_is_another_analysis(
    client: Client, area: Area, surrey: None, sent: list[Analysis]
) -> None:
    client.post(ADDRESS, answers(area))
    client.post(ADDRESS, answers(area, months=24))
    assert Analysis.objects.count() == 2


def test_an_analysis_that_has_its_answer_can_be_asked_for_again(
    client: Client, area: Area, surrey: None, sent: list[Analysis]
) -> None:
    client.post(ADDRESS, answers(area))
    Analysis.objects.update(state="failed")
    client.post(ADDRESS, answers(area))
    assert Analysis.objects.count() == 2


def test_a_stored_file_that_was_changed_is_said_on_the_form(
    client: Client, area: Area, surrey: None, sent: list[Analysis]
) -> None:
    stored = CrimeRelease.objects.get().stored_as
    crime_storage().delete(stored)
    response = client.post(ADDRESS, answers(area, forces=[]))
    assert f"{stored} in the crime store cannot be read" in response.content.decode()
    assert not Analysis.objects.exists()


def test_a_broker_that_is_away_leaves_the_analysis_queued(
    client: Client,
    area: Area,
    surrey: None,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def away(_: int) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.run_analysis, "delay", away)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(ADDRESS, answers(area))
    asked = Analysis.objects.get()
    assert response["Location"] == reverse("hotspots:analysis", kwargs={"pk": asked.pk})
    assert asked.state == "queued"
