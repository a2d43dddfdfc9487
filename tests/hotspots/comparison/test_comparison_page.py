"""The comparison page and its download, as a reader gets them."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from overt.accounts import roles
from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.hotspots.comparison.rates import Period, compare
from overt.hotspots.outputs.comparison import bars, to_csv
from overt.hotspots.services.area_counts import import_area_counts

from .tables import PLACES, RESIDENTS, counts_of, lsoa_csv

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PAGE = reverse("hotspots:comparison")


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(User.objects.create_user("ann"))
    return client


@pytest.fixture
def imported(tmp_path: Path) -> None:
    counts = tmp_path / "counts.csv"
    counts.write_text(
        lsoa_csv(
            (f"E01{number:06}", borough, "Shoplifting", month, 2 if borough == "Croydon" else 1)
            for borough, first, lsoas in [("Camden", 0, 133), ("Croydon", 500, 220)]
            for month in ("2024-04", "2024-05")
            for number in range(first, first + lsoas)
            if (borough, month) != ("Camden", "2024-04") or number < 60
        )
    )
    people = tmp_path / "people.csv"
    people.write_text("borough,year,population\nCamden,2024,200000\nCroydon,2024,400000\n")
    import_area_counts(
        paths=[counts, people],
        actor=Actor(label="user:ann", roles=frozenset({roles.ANALYST})),
        now=datetime(2026, 3, 1, tzinfo=UTC),
    )


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_only_those_signed_in_see_it(client, imported):
    for name in ("comparison", "comparison-csv"):
        response = client.get(reverse(f"hotspots:{name}"))
        assert response.status_code == 302
        assert "login" in response["Location"]


def test_without_tables_it_says_how_to_import_them(reader):
    response = reader.get(PAGE)
    assert response.status_code == 200
    assert "import_area_counts" in text_of(response)
    assert reader.get(reverse("hotspots:comparison-csv")).status_code == 404


def test_counts_rates_and_ranks_stand_side_by_side(reader, imported):
    page = text_of(
        reader.get(PAGE, {"first": "2024-05", "last": "2024-05", "category": "Shoplifting"})
    )
    assert "Shoplifting, May 2024" in page
    assert "440" in page
    assert "1.10" in page
    assert "residents of mid-2024" in page
    assert "<svg" in page
    assert "style=" not in page


def test_a_gap_is_shown_as_a_gap(reader, imported):
    page = text_of(reader.get(PAGE, {"first": "2024-04", "last": "2024-04"}))
    assert "overt-heat__absent" in page
    assert "no figure" in page


def test_a_claim_is_checked_and_one_not_understood_is_an_error(reader, imported):
    query = {"area": "Croydon", "claim": "highest rate for shoplifting in May 2024"}
    page = text_of(reader.get(PAGE, query))
    assert "Croydon has the highest rate for shoplifting in May 2024." in page
    assert "holds" in page
    response = reader.get(PAGE, {"area": "Croydon", "claim": "<script>alert(1)</script>"})
    assert response.status_code == 400
    page = text_of(response)
    assert "There is a problem" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"first": "2024-05", "last": "2024-04"}, "must not be before"),
        ({"first": "1999-01"}, "choose one that is listed"),
        ({"category": "Sorcery"}, "choose one that is listed"),
        ({"area": "Narnia"}, "choose one that is listed"),
        ({"region": "Narnia"}, "choose one that is listed"),
        ({"source": "Narnia"}, "choose one that is listed"),
    ],
)
def test_what_cannot_be_chosen_is_an_error_and_not_a_crash(reader, imported, query, words):
    response = reader.get(PAGE, query)
    assert response.status_code == 400
    assert words in text_of(response)
    assert reader.get(reverse("hotspots:comparison-csv"), query).status_code == 404


def test_the_download_has_every_borough_and_no_zero_for_a_gap(reader, imported):
    response = reader.get(
        reverse("hotspots:comparison-csv"), {"first": "2024-04", "last": "2024-05"}
    )
    assert "boroughs-2024-04-2024-05.csv" in response["Content-Disposition"]
    rows = {row["borough"]: row for row in csv.DictReader(io.StringIO(response.content.decode()))}
    assert rows["Croydon"]["count"] == "880"
    assert rows["Croydon"]["rate_rank"] == "1"
    assert (rows["Camden"]["gaps"], rows["Camden"]["rate_per_1000"]) == ("2024-04", "")
    assert (rows["Sutton"]["count"], rows["Sutton"]["months_used"]) == ("", "0")
    assert rows["London"]["rate_per_1000"] == rows["Croydon"]["rate_per_1000"] == "2.200000"


def test_a_name_that_is_a_formula_is_disarmed():
    counts = counts_of({("Camden", "2024-01"): {"=1+1": 3}}, source="@SUM(A1)")
    period = Period("2024-01", "2024-01")
    found = compare(counts, residents=RESIDENTS, places=PLACES, period=period, category="=1+1")
    first = next(csv.DictReader(io.StringIO(to_csv(found))))
    assert (first["source"], first["category"]) == ("'@SUM(A1)", "'=1+1")


def test_the_chart_says_all_it_shows_and_cuts_what_would_flatten_it():
    cells = {("Camden", "2024-01"): 9000, ("Croydon", "2024-01"): 40}
    counts = counts_of({key: {"Drugs": count} for key, count in cells.items()})
    period = Period("2024-01", "2024-01")
    found = compare(counts, residents=RESIDENTS, places=PLACES, period=period, category=None)
    chart = bars(found, ident="x", title="<Rates>", chosen="Croydon")
    assert "&lt;Rates&gt;" in chart
    assert "Camden 45.0; Croydon 0.100; Sutton no figure." in chart
    assert 'fill="url(#x-absent)"' in chart
