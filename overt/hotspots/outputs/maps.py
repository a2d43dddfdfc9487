"""The analysis as a folium map: for the page, and as one HTML file that opens offline.

folium's own header is left out: it forbids zooming, styles `html` and `body` of the whole page,
and loads Leaflet and jQuery from elsewhere. What remains is its map element and script; its ids
are fixed here, so that the same record gives the same bytes. Layers are drawn by `maps.js`, which
sets text as text: folium's GeoJsonTooltip would write names as HTML.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import folium
import jinja2
from branca.element import Figure, MacroElement
from folium.template import Template

from overt.hotspots.geo import bng
from overt.hotspots.outputs import geojson, summary
from overt.hotspots.outputs.geojson import Base, Record


@dataclass(frozen=True)
class MapParts:
    """`html` goes into the page, `script` into a <script> with the page's nonce."""

    html: str
    script: str


@dataclass(frozen=True)
class Assets:
    """The text of what the offline map carries within itself.

    images: the file names in Leaflet's stylesheet and their bytes (PNG).
    """

    leaflet_js: str
    leaflet_css: str
    maps_js: str
    images: Mapping[str, bytes]


class SizedMap(folium.Map):
    """folium's map, sized by the page's stylesheet, without a header of its own."""

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div class="overt-map" id={{ this.get_name()|tojson }} role="region"
             aria-label="{{ this.label|e }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map(
            {{ this.get_name()|tojson }}, {{ this.options|tojavascript }}
        );
        {{ this.get_name() }}.fitBounds(
            {{ this.bounds|tojson }}, {padding: [12, 12]}
        );
        L.control.scale({imperial: false}).addTo({{ this.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, label: str, bounds: list[list[float]]) -> None:
        super().__init__(tiles=None)
        self.options = {"zoomSnap": 0.25, "minZoom": 9, "maxZoom": 18}
        self._id = "analysis"
        self.label = label
        self.bounds = bounds
        self._parent._id = "page"


class Layers(MacroElement):
    """Has `maps.js` draw the record on its parent map."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        Overt.draw({{ this._parent.get_name() }}, {{ this.sources|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, sources: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "Layers", "analysis"
        self.sources = dict(sources)


def page_map(record: Record, *, base_url: str, hotspots_url: str, cell_url: str) -> MapParts:
    """The map of the analysis page. `cell_url` holds `{q}` and `{r}`."""
    return _parts(record, {"base": base_url, "hotspots": hotspots_url, "cellUrl": cell_url})


def offline(record: Record, beneath: Base, assets: Assets) -> str:
    """One HTML document with everything in it. It forbids itself to load anything else."""
    sources = {"base": geojson.base(record, beneath), "hotspots": geojson.hotspots(record)}
    parts = _parts(record, sources)
    return _OFFLINE.render(
        record=record,
        verdict=summary.verdict(record),
        listed=summary.listed_cells(record),
        leaflet_css=_with_images(assets.leaflet_css, assets.images),
        leaflet_js=re.sub(r"//# sourceMappingURL=.*", "", assets.leaflet_js),
        maps_js=assets.maps_js,
        map=parts,
    )


def _parts(record: Record, sources: Mapping[str, Any]) -> MapParts:
    west, south, east, north = geojson.boundary_of(record).bounds
    lon, lat = bng.to_wgs84([west, east], [south, north])
    shown = SizedMap(
        f"Map of {record['area']['name']}. The table holds the same facts.",
        [[round(lat[0], 5), round(lon[0], 5)], [round(lat[1], 5), round(lon[1], 5)]],
    )
    shown.add_child(Layers(sources))
    figure = shown.get_root()
    assert isinstance(figure, Figure)  # noqa: S101 - for the type checker: folium adds one
    figure.render()
    return MapParts(html=figure.html.render().strip(), script=figure.script.render().strip())


def _with_images(css: str, images: Mapping[str, bytes]) -> str:
    def inline(match: re.Match[str]) -> str:
        name = match.group(1).rsplit("/", 1)[-1]
        return f"url(data:image/png;base64,{base64.b64encode(images[name]).decode()})"

    return re.sub(r"url\(([^)#]+\.png)\)", inline, css)


_OFFLINE = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    Path(__file__).with_name("offline_map.html").read_text(encoding="utf-8")
)
