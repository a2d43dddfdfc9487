"""A stranger with the same files gets the same bytes, or is told what differs."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from overt.hotspots.analysis import record as records
from overt.hotspots.models import CrimeRelease
from overt.hotspots.selectors.claimed import NotVerifiable
from overt.hotspots.selectors.verification import verify
from overt.hotspots.storage import StoredFileChanged, crime_storage

ROOT = Path(__file__).resolve().parents[3]


def changed(analysis, change) -> bytes:
    """The record with a change, and a digest that fits it."""
    record = json.loads(analysis.record)
    change(record)
    record["digest"] = records.digest_of(record)
    return records.canonical(record)


@pytest.mark.django_db
def test_the_same_inputs_give_the_same_bytes(done):
    answer = verify(done.record.encode())
    assert answer.is_identical
    assert answer.digest == done.digest


@pytest.mark.django_db
def test_a_record_that_was_edited_is_refused_by_its_digest(done):
    record = json.loads(done.record)
    record["cells"][3]["count"] += 1
    with pytest.raises(NotVerifiable, match="changed after it was written"):
        verify(records.canonical(record))


@pytest.mark.django_db
def test_a_forged_figure_is_named_even_with_a_fitting_digest(done):
    def forge(record):
        record["cells"][3]["class"] = "hot" if record["cells"][3]["class"] != "hot" else "tied"

    answer = verify(changed(done, forge))
    assert len(answer.differences) == 1
    assert answer.differences[0].startswith("cells[3].class:")


@pytest.mark.django_db
def test_other_software_is_told_apart_from_other_findings(done):
    answer = verify(changed(done, lambda record: record["software"].update(numpy="1.0")))
    assert answer.differences == ()
    assert answer.software[0].startswith("numpy: 1.0 in the record")


@pytest.mark.django_db
def test_an_input_that_is_not_here_is_named(done):
    def other_file(record):
        record["inputs"][2]["sha256"] = "0" * 64

    with pytest.raises(NotVerifiable, match=r"2024-09-test-force-street\.csv .* not imported"):
        verify(changed(done, other_file))


@pytest.mark.django_db
def test_a_changed_byte_in_an_original_file_is_named(done, material):
    assert verify(done.record.encode(), sources=material / "crimes").is_identical
    path = material / "crimes" / "2025-03-test-force-street.csv"
    path.write_bytes(path.read_bytes().replace(b"Burglary", b"burglary", 1))
    with pytest.raises(NotVerifiable, match=r"2025-03-test-force-street\.csv has changed"):
        verify(done.record.encode(), sources=material / "crimes")


@pytest.mark.django_db
def test_a_changed_byte_in_the_store_is_named(done):
    release = CrimeRelease.objects.get(month="2025-03")
    path = Path(crime_storage().path(release.stored_as))
    content = bytearray(path.read_bytes())
    content[60] ^= 1
    path.write_bytes(content)
    with pytest.raises(StoredFileChanged, match="2025-03"):
        verify(done.record.encode())


@pytest.mark.django_db
def test_another_boundary_under_the_same_name_is_noticed(done):
    def moved(record):
        record["area"]["boundary"][0][0][0][0] += 1
        record["area"]["boundary"][0][0][-1][0] += 1

    with pytest.raises(NotVerifiable, match="boundary_sha256"):
        verify(changed(done, moved))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a JSON file"),
        (b"<html>", "not a JSON file"),
        (b"[]", "not an analysis record"),
        (b'{"schema":"something/else"}', "not an analysis record"),
    ],
)
def test_what_is_no_record_is_refused_in_one_line(content, words, tmp_path):
    path = tmp_path / "analysis.json"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=words) as refused:
        call_command("verify_analysis", str(path))
    assert "\n" not in str(refused.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_analysis", str(tmp_path / "absent.json"))


@pytest.mark.both_databases
@pytest.mark.django_db
def test_another_installation_on_sqlite_with_another_hash_seed_agrees(done, material, tmp_path):
    elsewhere = os.environ | {
        "OVERT_MODE": "embedded",
        "OVERT_DATA_DIR": str(tmp_path / "elsewhere"),
        "DJANGO_SETTINGS_MODULE": "overt.config.settings",
        "PYTHONHASHSEED": "271828",
    }
    elsewhere.pop("OVERT_DATABASE_URL", None)

    def manage(*arguments: str) -> str:
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        ran = subprocess.run(command, env=elsewhere, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    manage("migrate", "--verbosity", "0")
    boundary = str(material / "boundary.geojson")
    manage(
        "import_areas",
        boundary,
        "--kind",
        "borough",
        "--name-field",
        "NAME",
        "--code-field",
        "CODE",
        "--quiet",
    )
    manage("import_crimes", str(material / "crimes"), "--quiet")
    manage("analyse", "Testham", "--out", str(tmp_path / "out"), "--quiet")
    theirs = (tmp_path / "out" / "analysis.json").read_bytes()
    assert theirs == done.record.encode()
    assert verify(theirs).is_identical


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda record: record.pop("parameters"), "parameters: Field required"),
        (lambda record: record.update(area="Croydon"), "area: Input should be"),
        (lambda record: record.update(inputs=[]), "inputs: List should have at least 1"),
        (lambda record: record["inputs"][0].pop("month"), "inputs.0.month: Field required"),
        (lambda record: record["parameters"].update(months=10**9), "parameters.months"),
        (lambda record: record["parameters"].update(until="2025-99"), "parameters.until"),
        (lambda record: record["parameters"].update(categories=["Magic"]), "'Magic' is no crime"),
        (lambda record: record["policy"].update(digest="../x"), "policy.digest"),
        (lambda record: record["area"].update(boundary=[[[[1, 2], [3, 4]]]]), "area.boundary"),
        (lambda record: record.update(software=[]), "software: Input should be"),
        (lambda record: record.update(cells=None), None),
        (lambda record: record.update(circles={"a": [1]}), None),
    ],
)
@pytest.mark.django_db
def test_a_forged_record_of_another_form_is_refused_or_differs(done, change, words):
    content = changed(done, change)
    if words is None:
        assert verify(content).differences
        return
    with pytest.raises(NotVerifiable, match=words):
        verify(content)


def test_brackets_without_end_are_refused():
    with pytest.raises(NotVerifiable, match="not a JSON file"):
        verify(b"[" * 200_000)


@pytest.mark.django_db
def test_a_forged_boundary_that_crosses_itself_is_refused(done):
    bow = [[[[53000000, 16500000], [53100000, 16600000], [53100000, 16500000],
             [53000000, 16600000], [53000000, 16500000]]]]  # fmt: skip

    def forge(record):
        document = json.dumps(bow, separators=(",", ":")).encode()
        record["area"].update(boundary=bow, boundary_sha256=hashlib.sha256(document).hexdigest())

    with pytest.raises(NotVerifiable, match="crosses itself"):
        verify(changed(done, forge))


@pytest.mark.django_db
def test_a_record_that_gives_an_area_another_name_is_refused(done):
    content = changed(done, lambda record: record["area"].update(name="Elsewhere"))
    with pytest.raises(NotVerifiable, match="'Elsewhere', but its boundary is that of Testham"):
        verify(content)
