"""manage.py analyse, on one area and fanned out over workers."""

import csv
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from overt.hotspots.models import Analysis, Area
from tests.conftest import ROOT

from .material import write_boundary, write_crimes


@pytest.mark.django_db
def test_it_writes_the_five_files_of_evidence(borough, tmp_path, capsys):
    out = tmp_path / "out"
    call_command("analyse", "Testham", "--out", str(out))
    assert sorted(path.name for path in out.iterdir()) == [
        "analysis.json",
        "evidence.pdf",
        "hotspots.csv",
        "hotspots.geojson",
        "map.html",
    ]
    record = json.loads((out / "analysis.json").read_bytes())
    assert record["digest"] in capsys.readouterr().out
    assert {
        "schema",
        "area",
        "inputs",
        "policy",
        "window",
        "grid",
        "populations",
        "governing",
        "cells",
        "rise",
        "stability",
        "circles",
        "refusal",
        "digest",
    } <= record.keys()
    features = json.loads((out / "hotspots.geojson").read_bytes())["features"]
    hexagons = {(f["properties"].get("q"), f["properties"].get("r")) for f in features}
    assert {(cell["q"], cell["r"]) for cell in record["cells"]} <= hexagons
    with (out / "hotspots.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= len(record["cells"])
    assert (out / "evidence.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.django_db
def test_a_refusal_is_written_too_and_is_an_error(borough, tmp_path):
    with pytest.raises(CommandError, match="Refused: 3 usable months"):
        call_command(
            "analyse", "Testham", "--months", "3", "--out", str(tmp_path / "out"), "--quiet"
        )
    record = json.loads((tmp_path / "out" / "analysis.json").read_bytes())
    assert record["refusal"]["code"] == "too few months"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["Nowhere", "--out", "{tmp}/o"],
            "No borough called 'Nowhere' is imported; there is: Testham",
        ),
        (["Testham", "--kind", "ward", "--out", "{tmp}/o"], "No ward boundaries are imported"),
        (["Testham"], "--out DIR"),
        ([], "Name one area, or give --all"),
        (["Testham", "--all"], "Name one area, or give --all"),
        (["Testham", "--policy", "none-such", "--out", "{tmp}/o"], "none-such"),
        (["Testham", "--force", "surrey", "--out", "{tmp}/o"], r"surrey.*\(--force\)"),
        (["Testham", "--until", "May", "--out", "{tmp}/o"], r"no month.*\(--until\)"),
        (["Testham", "--out", "{tmp}/boundary.geojson"], "File exists"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_leaves_nothing(borough, tmp_path, arguments, words):
    given = [argument.format(tmp=tmp_path) for argument in arguments]
    with pytest.raises(CommandError, match=words) as refused:
        call_command("analyse", *given, "--quiet")
    assert "\n" not in str(refused.value)
    assert not Analysis.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../../outside", "/outside", "..", "a/b"])
def test_an_area_whose_name_is_a_path_is_written_inside_the_folder(borough, tmp_path, name):
    Area.objects.update(name=name)
    out = tmp_path / "deep" / "er" / "out"
    call_command("analyse", "--all", "--here", "--out", str(out), "--quiet")
    written = list(tmp_path.rglob("analysis.json"))
    assert len(written) == 1
    assert written[0].parent.parent == out


def test_fanned_out_over_two_workers_the_bytes_are_those_of_one_by_one(tmp_path):
    data = tmp_path / "data"
    inherited = {name: value for name, value in os.environ.items() if name[:6] != "OVERT_"}
    environment = inherited | {
        "OVERT_DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "overt.config.settings",
        "PYTHONPATH": str(ROOT),
    }

    def manage(*arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        ran = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr

    manage("migrate", "--verbosity", "0")
    names = ["Eastham", "Westham"]
    for name in names:
        boundary = write_boundary(tmp_path / f"{name}.geojson", name)
        manage(
            "import_areas", str(boundary), "--kind", "borough", "--name-field", "NAME", "--quiet"
        )
    manage("import_crimes", str(write_crimes(tmp_path / "crimes")), "--quiet")
    manage("analyse", "--all", "--here", "--out", str(tmp_path / "here"), "--quiet")
    worker = [sys.executable, "-m", "celery", "-A", "overt.config", "worker", "--pool", "solo"]
    with ExitStack() as stack:
        for number in range(2):
            process = stack.enter_context(
                subprocess.Popen(
                    [*worker, "-Q", "analysis", "-n", f"worker{number}@%h"],
                    cwd=ROOT,
                    env=environment,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
            stack.callback(process.terminate)
        manage("analyse", "--all", "--out", str(tmp_path / "workers"), "--quiet")

    def record(folder: str, name: str) -> bytes:
        return (Path(tmp_path) / folder / name / "analysis.json").read_bytes()

    for name in names:
        assert record("workers", name) == record("here", name)
