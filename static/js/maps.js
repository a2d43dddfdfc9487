// Draws an analysis on a Leaflet map: boundary, wards and stations beneath, hexagons, circles.
// Used by the analysis page (data fetched) and by the offline map (data in the file).
// Text from data is only ever set as textContent: a name cannot become markup.
"use strict";

window.Overt = (function () {
  const ACCENT = "#0f5b66";
  const MIDDLE = "#579aa1";
  const INK = "#16201f";
  const WARNING = "#a33b1f";
  const OPACITY = { robust: 0.8, mostly: 0.6, depends: 0.4, not: 0.25 };
  const BANDS = {
    robust: "robust",
    mostly: "mostly stable",
    depends: "depends on how the grid is laid",
    not: "not stable",
  };

  function cellStyle(feature) {
    const cell = feature.properties;
    const rising = cell.rise_class === "rising";
    const style = {
      color: rising ? WARNING : "#b4c0c0",
      weight: rising ? 2.5 : 0.5,
      fillColor: "#7d8c8c",
      fillOpacity: cell.count ? 0.12 : 0.02,
    };
    if (cell.class === "hot") {
      style.fillColor = ACCENT;
      style.fillOpacity = OPACITY[cell.stability_band] ?? 0.6;
      style.color = rising ? WARNING : ACCENT;
      style.weight = rising ? 2.5 : 1;
    } else if (cell.class === "tied") {
      style.fillColor = MIDDLE;
      style.fillOpacity = 0.35;
      style.color = ACCENT;
      style.dashArray = "4 3";
      style.weight = 1.5;
    }
    return style;
  }

  function baseStyle(feature) {
    return feature.properties.kind === "boundary"
      ? { color: INK, weight: 2, fillColor: "#fff", fillOpacity: 1, interactive: false }
      : { color: "#9aa8a8", weight: 1, fill: false, interactive: false };
  }

  function edgeStyle() {
    return { color: "#7d8c8c", weight: 0.6, dashArray: "2 3", fill: true, fillOpacity: 0 };
  }

  function edgeFacts(cell) {
    const box = document.createElement("div");
    box.append(line(`Edge cell: ${count(cell.count)} crimes inside the boundary`, "strong"));
    box.append(line("Its centre lies outside, so the test does not judge it"));
    return box;
  }

  function circleStyle(feature) {
    const dashes = feature.properties.touches_hot ? null : "5 4";
    return { color: INK, weight: 2, fill: false, dashArray: dashes };
  }

  function line(text, name) {
    const element = document.createElement(name || "div");
    element.textContent = text;
    return element;
  }

  function count(number) {
    return number.toLocaleString("en-GB");
  }

  function cellFacts(cell, cellUrl) {
    const box = document.createElement("div");
    const heading = cell.class === "hot" ? "Hot" : cell.class === "tied" ? "At the threshold" : "Not hot";
    box.append(line(`${heading}: rank ${count(cell.rank)}, ${count(cell.count)} crimes`, "strong"));
    if (cell.stability_band) {
      box.append(line(`Hot in ${cell.origins_hot} of the grid's positions: ${BANDS[cell.stability_band]}`));
    }
    if (cell.rise_class === "rising") {
      box.append(line("Rising, supported by the evidence"));
    }
    box.append(line(`Cell ${cell.q},${cell.r}: ${cell.easting} ${cell.northing}`));
    if (cellUrl && cell.class !== "not hot") {
      const link = line("Explanation", "a");
      link.href = cellUrl.replace("{q}", cell.q).replace("{r}", cell.r);
      box.append(link);
    }
    return box;
  }

  function circleFacts(circle) {
    const box = document.createElement("div");
    box.append(line(`Circle ${circle.rank}: ${count(circle.count)} crimes, ${circle.diameter_m} m across`, "strong"));
    if (circle.note) {
      box.append(line(circle.note));
    }
    return box;
  }

  async function load(source) {
    if (typeof source !== "string") {
      return source;
    }
    const response = await fetch(source, { credentials: "same-origin" });
    if (!response.ok) {
      throw new Error(`${source} answered ${response.status}`);
    }
    return response.json();
  }

  function only(collection, kind) {
    return { type: "FeatureCollection", features: collection.features.filter((f) => f.properties.kind === kind) };
  }

  // A tooltip makes its shape a stop of the Tab key: hundreds of them between the map and what comes
  // after it. The tables hold the same facts.
  function passOver(layer) {
    layer.on("add", () => layer.getElement().setAttribute("tabindex", "-1"));
  }

  // A row that names a cell lights it up on the map while it is pointed at or holds the focus.
  function followRows(cells) {
    for (const row of document.querySelectorAll("[data-cell]")) {
      const layer = cells.get(row.dataset.cell);
      if (!layer) {
        continue;
      }
      const on = () => layer.setStyle({ color: "#fd0", weight: 5, dashArray: null }).bringToFront();
      const off = () => layer.setStyle({ dashArray: null, ...cellStyle(layer.feature) });
      row.addEventListener("mouseenter", on);
      row.addEventListener("mouseleave", off);
      row.addEventListener("focusin", on);
      row.addEventListener("focusout", off);
    }
  }

  function addStations(map, base) {
    return L.geoJSON(only(base, "station"), {
      pointToLayer: (feature, position) =>
        L.circleMarker(position, { radius: 4, color: "#fff", weight: 1.5, fillColor: INK, fillOpacity: 1 }),
      onEachFeature: (feature, layer) => passOver(layer.bindTooltip(line(feature.properties.name))),
    }).addTo(map);
  }

  // sources: base and hotspots (an address, or the collection itself), cellUrl with {q} and {r}.
  async function draw(map, sources) {
    map.attributionControl.setPrefix(false);
    const [base, hotspots] = await Promise.all([load(sources.base), load(sources.hotspots)]);
    L.geoJSON(only(base, "boundary"), { style: baseStyle }).addTo(map);
    const cells = new Map();
    const hexagons = L.geoJSON(only(hotspots, "cell"), {
      style: cellStyle,
      onEachFeature: (feature, layer) => {
        const cell = feature.properties;
        cells.set(`${cell.q},${cell.r}`, layer);
        layer.bindPopup(() => cellFacts(cell, sources.cellUrl));
        layer.bindTooltip(() => cellFacts(cell, null), { sticky: true });
        passOver(layer);
      },
    }).addTo(map);
    const edges = L.geoJSON(only(hotspots, "edge cell"), {
      style: edgeStyle,
      onEachFeature: (feature, layer) =>
        passOver(layer.bindTooltip(() => edgeFacts(feature.properties), { sticky: true })),
    }).addTo(map);
    hexagons.eachLayer((layer) => {
      if (layer.feature.properties.rise_class === "rising") {
        layer.bringToFront();
      }
    });
    const wards = L.geoJSON(only(base, "ward"), { style: baseStyle }).addTo(map);
    const circles = L.geoJSON(only(hotspots, "circle"), {
      style: circleStyle,
      onEachFeature: (feature, layer) => layer.bindPopup(() => circleFacts(feature.properties)),
    }).addTo(map);
    const stations = addStations(map, base);
    L.control
      .layers(null, { Hexagons: hexagons, "Edge cells": edges, Circles: circles, "Ward boundaries": wards, Stations: stations }, { collapsed: map.getSize().x < 600 })
      .addTo(map);
    followRows(cells);
    map.getContainer().dataset.drawn = String(cells.size);
  }

  return {
    draw: (map, sources) =>
      draw(map, sources).catch((error) => {
        map.getContainer().dataset.drawn = "failed";
        map.getContainer().append(line(`The map could not be drawn: ${error.message}. The table holds the same facts.`, "p"));
      }),
  };
})();
