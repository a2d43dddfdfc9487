"""The page of the place: the boxes are what counts."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from overt.accounts import roles
from overt.accounts.models import User
from overt.deployments.application import tasks
from overt.deployments.models import Deployment, DraftEditor
from overt.deployments.papers.grid_reference import grid_reference
from overt.deployments.place import reading
from overt.deployments.services import drafts
from overt.hotspots.models import Analysis
from overt.hotspots.services.analyses import summary_of
from overt.ledger.models import Entry
from tests.deployments import making
from tests.deployments.pages.answering import address, answer, errors, soup, task_address, text
from tests.hotspots import records


def place_of(deployment: Deployment) -> tasks.Place:
    return tasks.read_draft(Deployment.objects.get(pk=deployment.pk).draft).place


@pytest.fixture
def empty(cast: making.People) -> Deployment:
    making.borough()
    return drafts.create(title="Winter market", actor=making.actor(cast.planner), now=making.NOW)


@pytest.fixture
def analysis(db: None) -> Analysis:
    record = records.record()
    return Analysis.objects.create(
        area=making.borough(),
        parameters=record["parameters"],
        policy_name=record["policy"]["name"],
        policy_digest=record["policy"]["digest"],
        state="done",
        progress=100,
        requested_at=making.NOW,
        finished_at=making.NOW,
        digest=record["digest"],
        record=records.canonical(record),
        summary=summary_of(record),
    )


def corners() -> str:
    return reading.write_ring(making.zone_inside(making.borough()))


def test_a_zone_is_typed_corner_by_corner(planner: Client, empty: Deployment) -> None:
    path = task_address(empty, "place")
    answer(planner, path, borough=str(making.borough().pk), zone_coordinates=corners())
    assert place_of(empty).zone == making.zone_inside(making.borough())
    page = text(planner.get(path))
    assert "Area 10,000 m²" in page
    assert "Width 142 m at most 500 m" in page
    assert "Inside the borough Yes" in page


def test_a_zone_is_a_centre_and_a_radius(planner: Client, empty: Deployment) -> None:
    area = making.borough()
    centre = f"{(area.west + area.east) // 200} {(area.south + area.north) // 200}"
    path = task_address(empty, "place")
    answer(planner, path, zone_as="circle", zone_centre=centre, zone_radius="50")
    assert len(place_of(empty).zone) == reading.CIRCLE_CORNERS + 1


def test_a_zone_is_pasted_as_geojson(planner: Client, empty: Deployment) -> None:
    shape = json.dumps(reading.to_geojson(making.zone_inside(making.borough())))
    answer(planner, task_address(empty, "place"), zone_as="geojson", zone_geojson=shape)
    for one, other in zip(place_of(empty).zone, making.zone_inside(making.borough()), strict=True):
        assert max(abs(one[0] - other[0]), abs(one[1] - other[1])) <= 2


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"zone_coordinates": "here"}, "Corners of the zone: line 1"),
        ({"zone_coordinates": "51.4, -0.1\n51.5, -0.1"}, "at least three"),
        ({"zone_coordinates": "-0.1, 51.4\n-0.1, 51.5\n-0.2, 51.4"}, "swap them"),
        ({"zone_coordinates": "51.4, -0.1\n" * 10_000}, "10,000"),
        ({"zone_coordinates": "51.4, -0.1\0"}, "cannot be shown"),
        ({"zone_as": "geojson", "zone_geojson": '{"type": "Point"}'}, "GeoJSON of the zone"),
        ({"zone_as": "geojson", "zone_geojson": "[" * 50_000}, "GeoJSON of the zone"),
        ({"zone_as": "circle", "zone_centre": "51.4, -0.1"}, "Enter the radius"),
        ({"zone_as": "circle", "zone_centre": "x", "zone_radius": "5"}, "Centre of the zone"),
        ({"cameras-0-label": "C1", "cameras-0-at": "there"}, "Position of the camera"),
        ({"cameras-0-label": "C1"}, "Give the camera's position"),
    ],
)
def test_a_shape_that_is_none_is_refused_in_words(
    sent: dict[str, str], said: str, planner: Client, empty: Deployment
) -> None:
    response = answer(planner, task_address(empty, "place"), **sent)
    assert response.status_code == 200
    assert said in " ".join(errors(response)), errors(response)
    assert place_of(empty).zone == ()


def test_a_bow_tie_is_kept_and_said_to_cross_itself(planner: Client, empty: Deployment) -> None:
    south_west, south_east, north_east, north_west = making.zone_inside(making.borough())[:4]
    crossed = reading.write_points([south_west, north_east, south_east, north_west])
    path = task_address(empty, "place")
    answer(planner, path, zone_coordinates=crossed)
    assert "crosses or touches itself" in text(planner.get(path))
    assert planner.get(task_address(empty, "signs")).status_code == 200
    assert planner.get(task_address(empty, "sensitive-places")).status_code == 200
    assert planner.get(address("drawing", empty)).status_code == 200
    for task, do in (("signs", "evenly"), ("sensitive-places", "search")):
        assert answer(planner, task_address(empty, task), do=do).status_code == 302


def test_another_zone_makes_the_search_and_the_signs_stale(
    planner: Client, cast: making.People
) -> None:
    full = making.draft(cast)
    moved = making.square(*(value + 10_00 for value in place_of(full).zone[0]))
    path = task_address(full, "place")
    answer(planner, path, zone_coordinates=reading.write_ring(moved))
    assert place_of(full).zone == moved
    assert "search again" in text(planner.get(task_address(full, "sensitive-places")))
    assert "changed since the signs were planned" in text(planner.get(task_address(full, "signs")))


def test_an_analysis_of_the_borough_is_pinned_by_its_digest(
    planner: Client, empty: Deployment, analysis: Analysis
) -> None:
    path = task_address(empty, "place")
    answer(planner, path, borough=str(making.borough().pk), zone_coordinates=corners())
    offered = soup(planner.get(path)).select('select[name="analysis"] option')
    assert [option["value"] for option in offered] == ["", str(analysis.pk)]
    assert "today" in offered[1].get_text()
    answer(planner, path, basis="hotspot", analysis=str(analysis.pk))
    assert place_of(empty).analysis_digest == analysis.digest
    assert "What the pinned analysis says" in text(planner.get(path))


def test_a_statement_is_signed_by_whoever_makes_it(
    planner: Client, cast: making.People, browser_of: Callable[[User], Client], empty: Deployment
) -> None:
    path = task_address(empty, "place")
    answer(planner, path, basis="statement", statement="They come here.")
    analyst = making.account("ana", roles.ANALYST)
    browser = browser_of(analyst)
    sign = address("sign_statement", empty)
    revision = str(Deployment.objects.get(pk=empty.pk).revision)
    page = soup(browser.get(path))
    assert page.select_one(f'form[action="{sign}"] input[name="seen_revision"]')
    browser.post(sign, {"seen_revision": revision})
    signed = place_of(empty)
    assert signed.statement_by and signed.statement_by.id == analyst.pk
    assert DraftEditor.objects.filter(deployment=empty, person=analyst).exists()
    assert Entry.objects.filter(verb="deployment.statement_signed", actor="user:ana").exists()


def test_a_statement_that_was_not_shown_is_not_signed(planner: Client, empty: Deployment) -> None:
    answer(planner, task_address(empty, "place"), basis="statement", statement="One.")
    stale = str(Deployment.objects.get(pk=empty.pk).revision - 1)
    planner.post(address("sign_statement", empty), {"seen_revision": stale})
    assert place_of(empty).statement_by is None


def test_who_judges_applications_signs_no_statement(
    cast: making.People, browser_of: Callable[[User], Client], empty: Deployment
) -> None:
    for user in (cast.legal, cast.officer, cast.auditor):
        answered = browser_of(user).post(address("sign_statement", empty), {"seen_revision": "0"})
        assert answered.status_code == 403


@pytest.mark.parametrize("change", [{"statement": "Another."}, {"basis": "hotspot"}])
def test_another_text_takes_the_signature_away(
    change: dict[str, str], planner: Client, cast: making.People
) -> None:
    full = making.draft(cast)
    planner.post(address("sign_statement", full), {"seen_revision": str(full.revision)})
    assert place_of(full).statement_by is not None
    path = task_address(full, "place")
    answer(planner, path, description="The square.")
    assert place_of(full).statement_by is not None
    answer(planner, path, **change)
    assert place_of(full).statement_by is None


def test_the_drawing_is_read_by_its_readers_and_the_ledger_keeps_who(
    auditor: Client, cast: making.People
) -> None:
    full = making.draft(cast)
    answered = auditor.get(address("drawing", full))
    kinds = {one["properties"]["kind"] for one in answered.json()["features"]}
    assert kinds == {"boundary", "zone", "sign"}
    assert answered.headers["Cache-Control"] == "private, no-store"
    assert Entry.objects.filter(verb="page.read", actor="user:aud").exists()


def test_the_roads_of_a_piece_of_the_map_are_given_with_their_names(auditor: Client) -> None:
    west, south = making.zone_inside(making.borough())[0]
    making.road("Ash <b>Lane", (west, south), (west + 90_00, south))
    making.road("Far Road", (west + 9_000_00, south), (west + 9_090_00, south))
    shown = reading.to_geojson(making.square(west - 500_00, south - 500_00, 1_000_00))
    (left, bottom), _, (right, top), *_ = shown["coordinates"][0]  # type: ignore[index]
    given = auditor.get(reverse("deployments:roads"), {"box": f"{left},{bottom},{right},{top}"})
    (road,) = given.json()["features"]
    assert road["properties"] == {"kind": "road", "name": "Ash <b>Lane"}
    assert road["geometry"]["type"] == "LineString"
    assert given.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "box",
    ["", "1,2,3", "a,b,c,d", "nan,51.3,0.1,51.4", "1e400,51.3,0.1,51.4", "-0.2,51.3,0.2,51.4"],
)
def test_roads_are_not_given_for_a_county_or_for_nowhere(box: str, auditor: Client) -> None:
    assert auditor.get(reverse("deployments:roads"), {"box": box}).status_code == 400


def test_a_corner_may_be_a_grid_reference_and_the_page_says_so(
    planner: Client, empty: Deployment
) -> None:
    path = task_address(empty, "place")
    assert "or a grid reference to the metre" in text(planner.get(path))
    corner, *others = making.zone_inside(making.borough())[:4]
    letters = grid_reference(*corner)
    typed = f"{letters}\n{reading.write_points(others)}"
    answer(planner, path, zone_coordinates=typed)
    assert place_of(empty).zone[0] == tuple(value // 100 * 100 for value in corner)
