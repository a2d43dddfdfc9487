"""Each benchmark at a small size: that it runs, compares like with like, and adds up.

No time is asserted: that is what `make bench` is for.
"""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from benchmarks import accuracy, borough, counting, end_to_end, figures, ledger, streets, volume
from benchmarks.__main__ import main
from benchmarks.generate import street_files
from overt.hotspots.geo import bng


def test_the_notebook_and_overt_count_the_same() -> None:
    found = end_to_end.run(months=2, rows=3_000, repetitions=1)
    assert found["detail"]["crimes_in_cells"] > 50
    assert [figure.target for figure in found["figures"]] == [7, None, None, None]


def test_the_join_and_overt_count_the_same() -> None:
    assert counting.run(crimes=5_000, points=400, repetitions=1)["figures"][0].value > 0


def test_a_borough_and_many_rows_are_measured() -> None:
    assert len(borough.run(points=300, crimes=6_000, repetitions=1)["figures"]) == 2
    found = volume.run(crimes=60_000)
    assert found["detail"]["all"]["rows"] == 60_000
    assert 0 < found["detail"]["some"]["rows"] < 60_000


def test_crimes_near_an_area_are_those_of_the_whole_table_inside_it(tmp_path: Path) -> None:
    paths = street_files(tmp_path, months=2, rows=2_000)
    shape = streets.borough()

    def inside(table) -> int:
        return int(shapely.intersects_xy(shape, table.easting, table.northing)[table.point].sum())

    near, whole = streets.read_table(paths, near=shape), streets.read_table(paths)
    assert inside(near) == inside(whole) > 0
    assert near.point.size < whole.point.size


def test_a_ledger_is_filled_verified_and_appended_to() -> None:
    found = ledger.run(entries=300, appends=5)
    assert [figure.target for figure in found["figures"]][:3] == [100, None, None]
    for each in found["detail"].values():
        assert (each["entries"], each["checkpoints"], each["appends"]) == (301, 3, 5)


@pytest.fixture
def street_data(tmp_path: Path) -> Path:
    """Fourteen months of one force, and a boundary round a twentieth of its crimes."""
    folder = tmp_path / "street-test"
    folder.mkdir()
    street_files(folder, months=14, rows=4_000, points=20_000)
    x, y = shapely.get_coordinates(streets.borough()).T
    longitude, latitude = bng.to_wgs84(x, y)
    feature = {
        "type": "Feature",
        "properties": {"LAD22NM": "Testham"},
        "geometry": {
            "type": "Polygon",
            "coordinates": [np.column_stack([longitude, latitude]).round(7).tolist()],
        },
    }
    (tmp_path / "boundaries").mkdir()
    (tmp_path / "boundaries" / "boroughs.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature]})
    )
    return tmp_path


def test_accuracy_is_judged_on_the_months_after_twelve(street_data: Path) -> None:
    found = accuracy.run(data=street_data)["detail"]["test"]
    assert (found["districts"], found["trials"]) == (1, 2)
    assert found["months"] == ["2024-01", "2024-02"]
    for places in ("K=5", "K=10"):
        shares = found[places]["share_caught"]
        assert all(0 < share <= 1 for share in shares.values())
        assert shares["ceiling"] >= shares["circles"]
        low, high = found[places]["interval_95"]
        assert low <= found[places]["ratio"] <= high


def test_without_data_accuracy_says_so(tmp_path: Path) -> None:
    found = accuracy.run(data=tmp_path)
    assert found["figures"] == []
    assert "no boundaries" in found["detail"]["skipped"]


def test_the_table_is_printed_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "results" / "latest.json"
    arguments = ["benchmarks", "--only", "accuracy", "--data", str(tmp_path), "--json", str(target)]
    monkeypatch.setattr("sys.argv", arguments)
    assert main() == 0
    assert "no data for this" in capsys.readouterr().out
    written = json.loads(target.read_text())
    assert written["benchmarks"]["accuracy"]["figures"] == []
    assert len(written["machine"]["yardstick_ms"]) == 2  # before and after


def test_a_figure_knows_whether_it_holds() -> None:
    assert figures.Figure("speed", 8, "x", target=7).holds
    assert not figures.Figure("speed", 6.9, "x", target=7).holds
    assert figures.Figure("memory", 1, "GiB", target=1.5, lower_is_better=True).holds
    assert figures.Figure("shown only", 1, "x").holds is None
