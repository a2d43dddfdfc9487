"""The map of an application: what is drawn is in the boxes, what is typed is drawn."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from overt.deployments.application import tasks
from overt.deployments.models import Deployment
from overt.deployments.place import reading
from overt.deployments.services import drafts
from overt.hotspots.models import Analysis
from tests.accounts.signing_in import sign_in
from tests.browser.conftest import NARROW, WIDE
from tests.browser.drawing import DRAWN, draw
from tests.browser.watch import Watch, accessibility_faults
from tests.deployments import making


@pytest.fixture
def draft(transactional_db: None, analysis: Analysis) -> Deployment:
    """A whole draft that rests on a hotspot analysis."""
    made = making.draft(now=timezone.now() - timedelta(hours=1), title="Market")
    place = tasks.read_draft(made.draft).place.model_copy(
        update={
            "basis": "hotspot",
            "analysis": tasks.Named(id=analysis.pk, name="Sample borough"),
            "analysis_digest": analysis.digest,
        }
    )
    return drafts.save_task(
        deployment=made,
        task="place",
        data=place,
        seen_revision=made.revision,
        actor=making.actor(making.people().planner),
        now=timezone.now(),
    )


@pytest.fixture
def open_task(
    open_page: Callable[..., tuple[Page, Watch]], draft: Deployment
) -> Callable[..., Page]:
    """Opens a task of the draft as its planner, signed in already."""

    def opened(slug: str = "place", width: int = WIDE, **options: object) -> Page:
        page, watch = open_page(width, **options)
        client = Client()
        sign_in(client, making.people().planner)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        page.context.add_cookies([{**cookie, "url": watch.origin}])  # type: ignore[list-item]
        page.goto(f"/deployments/{draft.reference}/tasks/{slug}/")
        return page

    return opened


def zone_of(draft: Deployment) -> tasks.Ring:
    return tasks.read_draft(Deployment.objects.get(pk=draft.pk).draft).place.zone


# Clear of the tools, whose actions open to their right.
TRIANGLE = [(20, 70), (160, 70), (90, 170), (20, 70)]


@pytest.mark.parametrize("slug", ["place", "signs", "sensitive-places"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_map_and_its_buttons_are_accessible(
    slug: str, width: int, open_task: Callable[..., Page]
) -> None:
    page = open_task(slug, width)
    page.wait_for_selector(DRAWN)
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_drawn_polygon_is_written_into_the_box_and_saved(
    open_task: Callable[..., Page], draft: Deployment
) -> None:
    page = open_task()
    page.wait_for_selector(DRAWN)
    before = zone_of(draft)
    page.locator(DRAWN).scroll_into_view_if_needed()
    draw(page, "Draw Polygons", TRIANGLE)
    box = page.get_by_label("Corners of the zone")
    expect(page.get_by_role("status")).to_contain_text("The zone is in the form")
    written = reading.read_ring(box.input_value())
    assert len(written) == 4
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert zone_of(draft) == written != before


def test_a_corner_can_lie_on_a_sign_and_a_double_click_does_not_zoom_meanwhile(
    open_task: Callable[..., Page],
) -> None:
    page = open_task()
    page.wait_for_selector(DRAWN)
    page.locator(DRAWN).scroll_into_view_if_needed()
    # One that lies too far from the zone for a corner to snap to it.
    sign = page.locator(f"{DRAWN} .overt-point--sign").first
    before = sign.bounding_box()
    page.get_by_role("button", name="Draw Polygons").click()
    assert before is not None
    corner = before["x"] + before["width"] / 2, before["y"] + before["height"] / 2
    page.mouse.dblclick(*corner)
    page.mouse.click(corner[0] - 90, corner[1])
    page.mouse.click(corner[0], corner[1] + 60)
    page.mouse.click(*corner)
    expect(page.get_by_role("status")).to_contain_text("The zone is in the form")
    assert len(reading.read_ring(page.get_by_label("Corners of the zone").input_value())) == 4
    assert sign.bounding_box() == before


def test_the_roads_round_the_zone_are_drawn_and_are_no_stops_of_the_keyboard(
    draft: Deployment, open_task: Callable[..., Page]
) -> None:
    west, south = zone_of(draft)[0]
    making.road("Ash <b>Lane", (west - 200_00, south + 20_00), (west + 300_00, south + 20_00))
    page = open_task()
    page.wait_for_selector(f"{DRAWN}[data-roads-drawn='1']")
    page.locator(f"{DRAWN} .overt-road").hover()
    expect(page.get_by_text("Ash <b>Lane", exact=True)).to_be_visible()
    assert page.locator(f"{DRAWN} path:not([tabindex='-1']).overt-road").count() == 0


def test_a_drawn_circle_becomes_a_centre_and_a_radius(
    open_task: Callable[..., Page], draft: Deployment
) -> None:
    page = open_task()
    page.wait_for_selector(DRAWN)
    page.locator(DRAWN).scroll_into_view_if_needed()
    draw(page, "Draw Circle", [(0, 0), (60, 0)])
    expect(page.get_by_label("A centre and a radius")).to_be_checked()
    assert int(page.get_by_label("Radius in metres").input_value()) > 1
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert len(zone_of(draft)) == reading.CIRCLE_CORNERS + 1


def test_a_marker_is_the_position_of_a_camera(open_task: Callable[..., Page]) -> None:
    page = open_task()
    page.wait_for_selector(DRAWN)
    page.locator(DRAWN).scroll_into_view_if_needed()
    draw(page, "Draw Marker", [(10, 10)])
    position = page.get_by_role("textbox", name="Position")
    expect(position).not_to_have_value("")
    assert len(reading.read_points(position.input_value())) == 1


def test_what_is_typed_is_drawn(open_task: Callable[..., Page]) -> None:
    page = open_task()
    page.wait_for_selector(DRAWN)
    shape = page.locator(f'{DRAWN} path[stroke="#a33b1f"]')
    before = shape.first.get_attribute("d")
    box = page.get_by_label("Corners of the zone")
    box.fill("\n".join(box.input_value().splitlines()[:3]))
    page.wait_for_function(
        "before => { const drawn = [...document.querySelectorAll('.overt-drawing path')]"
        ".filter(path => path.getAttribute('stroke') === '#a33b1f');"
        " return drawn.length === 1 && drawn[0].getAttribute('d') !== before; }",
        arg=before,
    )


def test_the_place_is_filled_in_with_the_keyboard_alone(
    open_task: Callable[..., Page], draft: Deployment
) -> None:
    page = open_task()
    page.wait_for_selector(DRAWN)
    moved = making.square(*(value - 5_00 for value in zone_of(draft)[0]))
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "zone_coordinates":
            break
    page.keyboard.press("Control+a")
    page.keyboard.type(reading.write_ring(moved))
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "continue":
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="3. Time").wait_for()
    assert zone_of(draft) == moved


def test_everything_works_without_scripts(
    open_task: Callable[..., Page], draft: Deployment
) -> None:
    page = open_task("place", java_script_enabled=False)
    moved = making.square(*(value - 7_00 for value in zone_of(draft)[0]))
    page.get_by_label("Corners of the zone").fill(reading.write_ring(moved))
    page.get_by_role("button", name="Add another camera").click()
    assert page.get_by_role("group", name="Camera 2").count() == 1
    page.get_by_role("button", name="Save", exact=True).click()
    assert zone_of(draft) == moved
