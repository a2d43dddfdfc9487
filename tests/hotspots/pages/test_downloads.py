"""The files of an analysis."""

import hashlib
import json
import re
import zlib

import pytest
from django.test import Client
from django.urls import reverse

from overt.hotspots.analysis.record import digest_of
from overt.hotspots.models import Analysis
from overt.hotspots.services import evidence
from tests.hotspots import records

NAMES = ["analysis_json", "hotspots_geojson", "hotspots_csv", "map_html", "evidence_pdf"]


def get(client: Client, name: str, analysis: Analysis):
    return client.get(reverse(f"hotspots:{name}", kwargs={"pk": analysis.pk}))


def unpacked(pdf: bytes) -> bytes:
    """All streams of a PDF, one after another."""
    streams = re.findall(rb"/FlateDecode.*?stream\n(.*?)\nendstream", pdf, re.DOTALL)
    return b"".join(zlib.decompressobj().decompress(stream) for stream in streams)


def test_the_record_is_served_byte_for_byte(client: Client, analysis: Analysis) -> None:
    content = get(client, "analysis_json", analysis).content
    assert content == records.canonical(records.record()).encode()
    assert digest_of(json.loads(content)) == analysis.digest


@pytest.mark.parametrize("name", NAMES)
def test_a_download_is_saved_under_a_name_that_says_what_it_is(
    name: str, client: Client, analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "pdf", lambda record, beneath: b"%PDF-")
    disposition = get(client, name, analysis)["Content-Disposition"]
    start = f'attachment; filename="sample-borough-{analysis.digest[:8]}-'
    assert disposition.startswith(start)


@pytest.mark.parametrize("name", NAMES)
def test_an_analysis_without_an_answer_has_no_files(
    name: str, client: Client, queued: Analysis
) -> None:
    assert get(client, name, queued).status_code == 404


def test_the_evidence_pack_is_an_accessible_pdf_and_made_once(
    client: Client, refused: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = get(client, "evidence_pdf", refused).content
    assert first.startswith(b"%PDF-")
    assert b"pdfuaid:part" in unpacked(first)
    monkeypatch.setattr(evidence, "pdf", lambda record, beneath: pytest.fail("made again"))
    assert get(client, "evidence_pdf", refused).content == first


def test_the_base_of_the_map_is_served_apart(client: Client, analysis: Analysis) -> None:
    base = json.loads(get(client, "base_geojson", analysis).content)
    assert [feature["properties"]["kind"] for feature in base["features"]] == ["boundary"]


def test_the_five_files_are_written_into_a_folder(
    analysis: Analysis, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "pdf", lambda record, beneath: b"%PDF-")
    written = evidence.write_evidence(analysis=analysis, folder=tmp_path / "out")
    assert [path.name for path in written] == [
        "analysis.json",
        "hotspots.geojson",
        "hotspots.csv",
        "map.html",
        "evidence.pdf",
    ]
    digest = hashlib.sha256(written[0].read_bytes()).hexdigest()
    assert digest == hashlib.sha256(analysis.record.encode()).hexdigest()
