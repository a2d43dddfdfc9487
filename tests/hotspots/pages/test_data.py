"""The data pages."""

from pathlib import Path

from django.test import Client
from django.urls import reverse

from overt.hotspots.crimes.coverage import Status
from overt.hotspots.models import CrimeFile
from overt.hotspots.selectors import imports
from overt.policy import profiles
from tests.hotspots.crimes import street
from tests.hotspots.crimes.importing import import_all

USUAL, FEW = 20, 4
MONTHS = ["2024-01", "2024-02", "2024-03", "2024-05"]


def import_months(folder: Path) -> None:
    """Burglary in all months but April; shoplifting missing in March, and few in May."""
    paths = []
    for month in MONTHS:
        shoplifting = {"2024-03": 0, "2024-05": FEW}.get(month, USUAL)
        rows = [street.crime(month=month) for _ in range(USUAL)]
        rows += [street.crime(month=month, category="Shoplifting") for _ in range(shoplifting)]
        rows += [street.row(Month=month, Longitude="", Latitude="")]
        paths.append(street.write(folder, rows, name=f"{month}-surrey-street.csv"))
    import_all(*paths)


def test_an_empty_installation_says_how_to_import(client: Client) -> None:
    shown = client.get(reverse("hotspots:data")).content.decode()
    assert "No crime files are imported yet" in shown
    assert "manage.py import_crimes" in shown


def test_the_heat_table_tells_absent_from_suspect_from_few(client: Client, tmp_path: Path) -> None:
    import_months(tmp_path)
    heat = imports.heat_table("surrey", profile=profiles.load())
    assert heat is not None
    assert heat.categories == ("Burglary", "Shoplifting")
    status = {row.month: [cell.status for cell in row.cells] for row in heat.rows}
    assert list(status) == ["2024-05", "2024-04", "2024-03", "2024-02", "2024-01"]
    assert status["2024-04"] == [Status.ABSENT, Status.ABSENT]
    assert status["2024-03"] == [Status.PRESENT, Status.ABSENT]
    assert status["2024-05"] == [Status.PRESENT, Status.SUSPECT]
    shown = client.get(reverse("hotspots:data")).content.decode()
    assert shown.count('<td class="overt-heat__absent">absent</td>') == 4
    assert "April 2024" in shown


def test_a_force_that_has_no_data_is_not_found(client: Client, tmp_path: Path) -> None:
    import_months(tmp_path)
    assert client.get(reverse("hotspots:data"), {"force": "surrey"}).status_code == 200
    assert client.get(reverse("hotspots:data"), {"force": "kent"}).status_code == 404


def test_a_files_page_shows_its_whole_report(client: Client, tmp_path: Path) -> None:
    import_months(tmp_path)
    file = CrimeFile.objects.get(name__contains="2024-05")
    shown = client.get(reverse("hotspots:crime_file", kwargs={"pk": file.pk})).content.decode()
    assert file.sha256 in shown
    assert "Set aside: there is no location" in shown
    for warning in file.report["warnings"]:
        assert warning in shown


def test_a_file_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get(reverse("hotspots:crime_file", kwargs={"pk": 99})).status_code == 404
