"""Drawing on the map of an application, by mouse or with a thumb."""

from collections.abc import Callable, Sequence
from typing import Any

from playwright.sync_api import Page

DRAWN = ".overt-drawing[data-drawn=yes]"
# Wide enough for a thumb to put corners into it.
WIDE_ENOUGH = 100
MOST_ZOOMS = 8
# The middle and the width of the hot hexagon that lies nearest the map's middle; of one that was
# found before, by its number.
HEXAGON = """(number) => {
  const map = document.querySelector(".overt-drawing").getBoundingClientRect();
  const middle = (box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const away = (box) => {
    const [x, y] = middle(box), [mapX, mapY] = middle(map);
    return Math.hypot(x - mapX, y - mapY);
  };
  const found = [...document.querySelectorAll('.overt-drawing path[fill="#0f5b66"]')]
    .map((path, number) => ({ number, box: path.getBoundingClientRect() }))
    .filter((one) => number === null || one.number === number)
    .sort((one, other) => away(one.box) - away(other.box))[0];
  const [x, y] = middle(found.box);
  return { number: found.number, x, y, width: found.box.width };
}"""
STOPPED_LARGER = f"""([number, before]) => {{
  const now = ({HEXAGON})(number).width;
  return now > before * 1.2 && !document.querySelector(".leaflet-zoom-anim");
}}"""


def draw(page: Page, tool: str, points: Sequence[tuple[float, float]]) -> None:
    """Chooses a tool of the map and clicks at points, counted from the map's middle."""
    box = page.locator(DRAWN).bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.get_by_role("button", name=tool).click()
    for east, south in points:
        page.mouse.move(middle[0] + east, middle[1] + south)
        page.mouse.click(middle[0] + east, middle[1] + south)


def draw_in_hexagon(
    page: Page, corners: Sequence[tuple[float, float]], *, by_touch: bool = False
) -> None:
    """Zooms in on a hot hexagon and draws a polygon. `corners` are counted from its middle, in its
    widths, eastward and southward."""
    press = page.touchscreen.tap if by_touch else _click(page)
    zoom = _pinch(page) if by_touch else page.mouse.dblclick
    page.locator(DRAWN).scroll_into_view_if_needed()
    hexagon = page.evaluate(HEXAGON, None)
    for _ in range(MOST_ZOOMS):
        if hexagon["width"] >= WIDE_ENOUGH:
            break
        zoom(hexagon["x"], hexagon["y"])
        seen = [hexagon["number"], hexagon["width"]]
        page.wait_for_function(STOPPED_LARGER, arg=seen)
        hexagon = page.evaluate(HEXAGON, hexagon["number"])
    tool = page.get_by_role("button", name="Draw Polygons")
    if by_touch:
        tool.tap()
    else:
        tool.click()
    for east, south in (*corners, corners[0]):
        press(hexagon["x"] + east * hexagon["width"], hexagon["y"] + south * hexagon["width"])


def _click(page: Page) -> Callable[[float, float], None]:
    def press(x: float, y: float) -> None:
        page.mouse.move(x, y)
        page.mouse.click(x, y)

    return press


def _pinch(page: Page) -> Callable[[float, float], None]:
    chromium = page.context.new_cdp_session(page)

    def zoom(x: float, y: float) -> None:
        gesture: dict[str, Any] = {"x": x, "y": y, "scaleFactor": 2, "gestureSourceType": "touch"}
        chromium.send("Input.synthesizePinchGesture", gesture)

    return zoom
