"""Fetching boundaries from a real server: the file is whole, or there is none."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from overt.hotspots.areas import facts
from overt.hotspots.fetch import boundaries, feature_layer
from overt.hotspots.fetch.boundaries import FetchedAreas
from overt.hotspots.fetch.errors import (
    AnswerDamaged,
    LayerChanged,
    NothingWanted,
    OutputFailed,
    QueryRefused,
    ServiceMissing,
    Unreachable,
)

from .conftest import (
    COUNT,
    DESCRIPTION,
    FIRST_PAGE,
    SECOND_PAGE,
    THIRD_PAGE,
    errors_as,
    files,
    loaded,
)
from .feature_server import SIGN_IN, Layer


@pytest.mark.parametrize("flag", ["properties", "top", "left out"])
def test_all_pages_are_loaded_wherever_the_transfer_limit_is_told(load, layer, out, flag):
    layer.flag = flag
    assert load() == FetchedAreas(out, count=40, resumed=0)
    assert loaded(out) == [row["LAD22NM"] for row in layer.rows]
    assert layer.offsets == [0, 15, 30]
    assert files(out) == {"borough.geojson"}


def test_no_more_is_asked_for_than_the_layer_gives(load, layer, out):
    layer.max_records = 12
    load()
    assert layer.offsets == [0, 12, 24, 36]
    assert len(loaded(out)) == 40


def test_a_server_that_sends_less_than_asked_for_is_asked_for_the_rest(load, layer, out):
    layer.sends = 14
    load()
    assert layer.offsets == [0, 14, 28]
    assert len(loaded(out)) == 40


def test_only_the_areas_wanted_are_loaded(load, layer, out):
    load("LAD22CD LIKE 'E09%'")
    assert loaded(out) == list(facts.boroughs())


def test_the_file_says_where_it_is_from_and_is_the_same_the_next_time(load, layer, out):
    load()
    first = out.read_bytes()
    assert json.loads(first)["source"] == {
        "service": layer.url,
        "where": "1=1",
        "edited": layer.edited,
    }
    load()
    assert out.read_bytes() == first


@pytest.mark.parametrize("ending", ["/", "/query", "/query?where=1%3D1&outFields=*&f=geojson"])
def test_the_address_may_be_that_of_a_query(load, layer, out, ending):
    load(service=layer.url + ending)
    assert len(loaded(out)) == 40


def test_a_redirect_is_followed_and_remembered(load, layer, out):
    layer.redirect = True
    load()
    assert len(loaded(out)) == 40


@pytest.mark.parametrize("at", [DESCRIPTION, COUNT, SECOND_PAGE])
@pytest.mark.parametrize(
    "wrong",
    [503, None, b"", b'{"type": "Feature', errors_as(504, "Timed out"), errors_as(429, "Busy")],
)
def test_what_fails_for_the_moment_is_asked_again(load, layer, out, pauses, wrong, at):
    layer.wrong = {at: wrong, at + 1: wrong}
    load()
    assert pauses == [0.5, 1.0]
    assert len(loaded(out)) == 40


def test_a_server_that_stays_busy_is_given_up_and_the_rest_comes_with_the_next_run(
    load, layer, out, pauses
):
    layer.wrong = dict.fromkeys(range(SECOND_PAGE, 100), 503)
    with pytest.raises(Unreachable, match=r"gave up after 6 attempts \(HTTP 503\)"):
        load()
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert files(out) == {"borough.geojson.part", "borough.geojson.part.json"}
    layer.wrong = {}
    assert load().resumed == 15
    assert layer.offsets.count(0) == 1
    assert loaded(out) == [row["LAD22NM"] for row in layer.rows]
    assert files(out) == {"borough.geojson"}


def leave_part(load: Callable[..., FetchedAreas], layer: Layer, out: Path) -> Path:
    """A half-loaded file, as a run leaves it that was stopped."""
    layer.wrong = dict.fromkeys(range(THIRD_PAGE, 100), 503)
    with pytest.raises(Unreachable):
        load()
    layer.wrong = {}
    layer.requests.clear()
    return out.with_name("borough.geojson.part")


def test_an_unfinished_line_of_a_stopped_run_is_loaded_again(load, layer, out):
    part = leave_part(load, layer, out)
    part.write_bytes(part.read_bytes()[:-40])
    assert load().resumed == 29
    assert loaded(out) == [row["LAD22NM"] for row in layer.rows]


@pytest.mark.parametrize("wrong", [b"not JSON\n", b'{"no": "number"}\n', b"[]\n"])
def test_a_part_that_cannot_be_read_is_thrown_away(load, layer, out, wrong):
    leave_part(load, layer, out).write_bytes(wrong)
    assert load().resumed == 0
    assert len(loaded(out)) == 40


def test_a_part_of_another_state_or_another_condition_is_thrown_away(load, layer, out):
    leave_part(load, layer, out)
    layer.edited = 1_800_000_000_000
    assert load().resumed == 0
    leave_part(load, layer, out)
    assert load("FID > 0").resumed == 0


def test_a_part_is_not_trusted_where_nothing_says_when_the_layer_was_changed(load, layer, out):
    layer.edited = None
    leave_part(load, layer, out)
    assert load().resumed == 0


def edit(layer: Layer) -> Callable[[], None]:
    def run() -> None:
        layer.edited = 1_800_000_000_000

    return run


def insert(layer: Layer) -> Callable[[], None]:
    def run() -> None:
        layer.rows.append({"LAD22CD": "E06999999", "LAD22NM": "New"})

    return run


@pytest.mark.parametrize("change", [edit, insert])
@pytest.mark.parametrize("at", [FIRST_PAGE, THIRD_PAGE, THIRD_PAGE + 1])
def test_a_layer_that_is_changed_meanwhile_is_noticed(load, layer, out, change, at):
    layer.after = {at: change(layer)}
    with pytest.raises(LayerChanged, match="changed while it was read: run the command again"):
        load()
    assert files(out) == set()
    load()
    assert len(loaded(out)) == len(layer.rows)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"deaf": True}, "sent area 1 after area 15"),
        ({"stop_at": 20}, "stopped at 20 of 40 areas"),
        ({"crs": "EPSG:3857"}, "other coordinates"),
        ({"wrong": {COUNT: b'{"count": 0.5}'}}, "sent no number"),
        ({"wrong": {COUNT: b'{"count": 39}'}}, "changed while it was read"),
        (
            {"wrong": dict.fromkeys((COUNT, THIRD_PAGE + 2), b'{"count": 39}')},
            "changed while it was read",
        ),
        ({"wrong": {COUNT: b'{"count": 41}'}}, "stopped at 40 of 41 areas"),
        ({"wrong": {SECOND_PAGE: b"[]"}}, "no answer of an ArcGIS service"),
        ({"wrong": {SECOND_PAGE: b'{"features": []}'}}, "did not send a page"),
        (
            {"wrong": {SECOND_PAGE: b'{"type": "FeatureCollection", "features": [{}]}'}},
            "without properties or boundary",
        ),
        (
            {
                "wrong": {
                    SECOND_PAGE: b'{"type": "FeatureCollection", "features": '
                    b'[{"properties": {"FID": 16, "LAD22NM": "A"}, "geometry": {}}]}'
                }
            },
            "sent an area without LAD22CD",
        ),
    ],
)
def test_an_answer_that_is_not_what_was_asked_for_leaves_nothing(load, layer, out, wrong, words):
    for name, value in wrong.items():
        setattr(layer, name, value)
    with pytest.raises((AnswerDamaged, LayerChanged), match=words):
        load()
    assert files(out) == set()


def test_an_answer_without_end_is_stopped(load, layer, out, monkeypatch):
    monkeypatch.setattr(feature_layer, "ANSWER_LIMIT", 3000)
    with pytest.raises(AnswerDamaged, match="at once: choose a generalised layer"):
        load()
    assert files(out) == set()


def test_a_file_too_large_to_import_is_stopped(load, layer, out, monkeypatch):
    monkeypatch.setattr(boundaries, "FILE_LIMIT", 5000)
    with pytest.raises(AnswerDamaged, match="the most that import_areas reads"):
        load()
    assert files(out) == set()


@pytest.mark.parametrize("at", [DESCRIPTION, COUNT, FIRST_PAGE])
def test_a_web_page_is_no_answer(load, layer, out, pauses, at):
    layer.wrong = {at: SIGN_IN}
    with pytest.raises(ServiceMissing, match="answered with a web page"):
        load()
    assert "borough.geojson" not in files(out)
    assert pauses == []


def test_a_web_page_in_between_does_not_cost_what_was_loaded(load, layer, out):
    layer.wrong = {THIRD_PAGE: SIGN_IN}
    with pytest.raises(ServiceMissing):
        load()
    layer.wrong = {}
    assert load().resumed == 30


def test_a_service_that_is_gone_is_named_with_what_to_do(load, layer):
    with pytest.raises(ServiceMissing, match=r"\(Invalid URL\): look it up on geoportal"):
        load(service=layer.url.replace("Boroughs", "Gone"))
    layer.wrong = {0: 404}
    layer.requests.clear()
    with pytest.raises(ServiceMissing, match="HTTP 404"):
        load()


def test_a_layer_of_points_and_a_whole_service_are_no_layer_of_areas(load, layer):
    layer.geometry_type = "esriGeometryPoint"
    with pytest.raises(ServiceMissing, match="is no layer of areas"):
        load()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (errors_as(499, "Token Required"), "wants a sign-in"),
        (errors_as(400, "first line\nsecond"), r"refuses the query \(first line second\)"),
        (b'{"error": "broken"}', r"refuses the query \(broken\)"),
        (407, "HTTP 407"),
    ],
)
def test_a_refusal_says_what_the_service_said(load, layer, wrong, words):
    layer.wrong = {COUNT: wrong}
    with pytest.raises(QueryRefused, match=words):
        load()


def test_a_condition_that_is_no_sql_or_holds_for_nothing_is_named(load, out):
    with pytest.raises(QueryRefused, match=r"Invalid query parameters.*check --where"):
        load("LAD22CD LIKES 'E09'")
    with pytest.raises(NothingWanted, match="no area where LAD22CD = 'X'"):
        load("LAD22CD = 'X'")
    assert files(out) == set()


def test_a_file_that_cannot_be_written_is_named(load, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputFailed, match="cannot be written"):
        load(path=tmp_path / "file" / "areas.geojson")
    with pytest.raises(OutputFailed, match="is a folder"):
        load(path=tmp_path)


def test_a_failed_run_leaves_the_file_of_an_earlier_one(load, layer, out):
    load()
    before = out.read_bytes()
    layer.requests.clear()
    layer.stop_at = 20
    with pytest.raises(AnswerDamaged):
        load()
    assert out.read_bytes() == before
    assert files(out) == {"borough.geojson"}
