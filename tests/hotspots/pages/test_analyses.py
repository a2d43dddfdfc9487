"""The pages of analyses, as a server answers them."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from overt.hotspots.models import Analysis, Area
from overt.ledger.models import Entry
from tests.hotspots import records
from tests.hotspots.pages.conftest import answered


def page(client: Client, name: str, analysis: Analysis, **parts: int) -> str:
    response = client.get(reverse(f"hotspots:{name}", kwargs={"pk": analysis.pk} | parts))
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_says_the_verdict_every_caveat_and_the_digest(
    client: Client, analysis: Analysis
) -> None:
    shown = page(client, "analysis", analysis)
    assert "cells of Sample borough are hotspots" in shown
    assert "2023-06: no file from sample." in shown
    assert records.record()["digest"] in shown


def test_every_hot_and_tied_cell_has_a_row_beside_the_map(
    client: Client, analysis: Analysis
) -> None:
    rows = re.findall(r'data-cell="(-?\d+),(-?\d+)"', page(client, "analysis", analysis))
    listed = [cell for cell in records.record()["cells"] if cell["class"] != "not hot"]
    assert {(int(q), int(r)) for q, r in rows} == {(cell["q"], cell["r"]) for cell in listed}
    assert len(rows) == len(listed)


def test_scripts_and_styles_carry_the_nonce_and_nothing_is_inline(
    client: Client, analysis: Analysis
) -> None:
    response = client.get(reverse("hotspots:analysis", kwargs={"pk": analysis.pk}))
    nonce = re.search(r"'nonce-([^']+)'", response["Content-Security-Policy"])
    assert nonce is not None
    shown = response.content.decode()
    for tag in re.findall(r"<script[^>]*>", shown):
        assert f'nonce="{nonce.group(1)}"' in tag
    assert not re.search(r"\sstyle=|\son(?:click|load|error)=|<style|javascript:", shown)


def test_a_refusal_is_shown_with_its_reason_and_without_a_map(
    client: Client, refused: Analysis
) -> None:
    shown = page(client, "analysis", refused)
    assert records.refused()["refusal"]["reason"] in shown
    assert "overt-map" not in shown
    assert "hotspots.csv" not in shown


def test_a_failure_is_shown_with_its_reason(client: Client, queued: Analysis) -> None:
    Analysis.objects.update(state="failed", error="file 2024-01.csv has changed")
    assert "file 2024-01.csv has changed" in page(client, "analysis", queued)


def test_an_unfinished_analysis_asks_for_its_progress_and_can_be_looked_at_again(
    client: Client, queued: Analysis
) -> None:
    shown = page(client, "analysis", queued)
    assert f'hx-get="/hotspots/analyses/{queued.pk}/progress/"' in shown
    assert "Look again" in shown
    assert "HX-Refresh" not in client.get(reverse("hotspots:progress", kwargs={"pk": queued.pk}))


def test_the_last_reply_on_progress_reloads_the_page(client: Client, analysis: Analysis) -> None:
    response = client.get(reverse("hotspots:progress", kwargs={"pk": analysis.pk}))
    assert response["HX-Refresh"] == "true"
    assert b"hx-get" not in response.content


def test_only_those_who_may_publish_see_the_button(
    client: Client, auditor_client: Client, analysis: Analysis, refused: Analysis
) -> None:
    button = "Publish this analysis"
    assert button in page(client, "analysis", analysis)
    assert button not in page(auditor_client, "analysis", analysis)
    assert button not in page(client, "analysis", refused)


def test_a_refused_analysis_is_not_published(client: Client, refused: Analysis) -> None:
    response = client.post(reverse("hotspots:publish", kwargs={"pk": refused.pk}), follow=True)
    assert "was not refused can be published" in response.content.decode()
    refused.refresh_from_db()
    assert refused.published_at is None
    assert not Entry.objects.exists()


def test_the_list_shows_states_and_figures_without_reading_records(
    client: Client, analysis: Analysis, refused: Analysis, django_assert_max_num_queries
) -> None:
    client.get(reverse("hotspots:analyses"))  # The first page of a session notes its use.
    with django_assert_max_num_queries(6):
        response = client.get(reverse("hotspots:analyses"))
    shown = response.content.decode()
    assert f">{analysis.summary['crimes']:,}<" in shown
    assert refused.summary["refusal"] in shown
    assert all("record" in found.get_deferred_fields() for found in response.context["page"])


def test_a_cell_page_explains_the_cell(client: Client, analysis: Analysis) -> None:
    cell = next(cell for cell in records.record()["cells"] if cell["class"] == "hot")
    shown = page(client, "cell", analysis, q=cell["q"], r=cell["r"])
    assert f"Cell {cell['easting']} {cell['northing']}" in shown
    assert "They say nothing about" in shown
    assert shown.count("<svg") == 3


def test_a_cell_that_is_not_hot_has_a_page_too(client: Client, analysis: Analysis) -> None:
    cell = next(cell for cell in records.record()["cells"] if cell["class"] == "not hot")
    shown = page(client, "cell", analysis, q=cell["q"], r=cell["r"])
    assert "not a hotspot" in shown


def test_a_cell_that_is_not_in_the_analysis_is_not_found(
    client: Client, analysis: Analysis
) -> None:
    address = reverse("hotspots:cell", kwargs={"pk": analysis.pk, "q": 1, "r": -1})
    assert client.get(address).status_code == 404


def test_an_area_whose_name_is_markup_is_shown_as_text(client: Client, area: Area) -> None:
    Area.objects.update(name="<img src=x>")
    area.refresh_from_db()
    shown = page(client, "analysis", answered(area, records.record(area_name="<img src=x>")))
    assert "<img" not in shown
    assert "&lt;img src=x&gt;" in shown


@pytest.mark.parametrize(
    "address",
    [
        f"/hotspots/analyses/1/cells/{'9' * 5000},0/",
        f"/hotspots/analyses/1/cells/0,-{'9' * 5000}/",
        f"/hotspots/analyses/{'9' * 5000}/cells/0,0/",
        f"/hotspots/analyses/{'9' * 18}/cells/0,0/",
        f"/hotspots/analyses/{'9' * 30}/",
    ],
)
def test_a_number_beyond_all_bounds_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_look_at_the_head_of_a_page_is_answered_as_the_page_is(client: Client, db: None) -> None:
    for address in ("/hotspots/analyses/", "/hotspots/analyses/new/"):
        assert client.head(address).status_code == 200
    assert client.head("/hotspots/analyses/1/").status_code == 404
