// The map of an application: what is drawn goes into the form's boxes, and what the boxes say is
// drawn. The boxes are what is sent. Nothing is asked of any other machine: there are no tiles.
// Text from data is only ever set as textContent: a name cannot become markup.
"use strict";

(function () {
  const INK = "#16201f";
  const ACCENT = "#0f5b66";
  const WARNING = "#a33b1f";
  const DIGITS = 8;
  const WAIT_MS = 300;
  const LONDON = [51.5, -0.12];
  // The widest view, in metres, in which roads can be told apart.
  const ROADS_WITHIN_M = 2000;
  const STYLES = {
    boundary: { color: INK, weight: 2, fillColor: "#fff", fillOpacity: 1, interactive: false },
    zone: { color: WARNING, weight: 3, fillColor: WARNING, fillOpacity: 0.15 },
    footprint: { color: INK, weight: 2, dashArray: "5 4", fillOpacity: 0.05 },
    // Nothing to point at: a tooltip would make each of hundreds a stop of the Tab key.
    road: { color: "#56625f", weight: 2, className: "overt-road" },
    cell: { color: ACCENT, weight: 1, fillColor: ACCENT, fillOpacity: 0.45, interactive: false },
  };
  const POINTS = {
    camera: "overt-point--camera",
    sign: "overt-point--sign",
    sensitive: "overt-point--sensitive",
  };

  function icon(kind) {
    return L.divIcon({ className: `overt-point ${POINTS[kind] || ""}`, iconSize: [14, 14] });
  }

  function words(text) {
    const box = document.createElement("span");
    box.textContent = text;
    return box;
  }

  async function load(address) {
    const response = await fetch(address, { credentials: "same-origin" });
    if (!response.ok) {
      throw new Error(`${address} answered ${response.status}`);
    }
    return response.json();
  }

  // "51.37553, -0.10275" per line; null where a line is something else, as a grid position.
  function parse(text) {
    const lines = text.split("\n").filter((line) => line.trim());
    const points = lines.map((line) => line.trim().split(/[\s,;]+/).map(Number));
    const fits = points.every(
      (pair) => pair.length === 2 && Math.abs(pair[0]) <= 90 && Math.abs(pair[1]) <= 180,
    );
    return fits ? points : null;
  }

  function written(latlngs) {
    return latlngs.map((at) => `${at.lat.toFixed(DIGITS)}, ${at.lng.toFixed(DIGITS)}`).join("\n");
  }

  function addPoint(map, feature) {
    const [lng, lat] = feature.geometry.coordinates;
    const { kind, name } = feature.properties;
    L.marker([lat, lng], { icon: icon(kind), keyboard: false, pmIgnore: true })
      .bindTooltip(words(name))
      .addTo(map);
  }

  function addFeatures(map, features) {
    for (const feature of features) {
      const { kind } = feature.properties;
      if (feature.geometry.type === "Point") {
        addPoint(map, feature);
      } else if (kind === "boundary") {
        L.geoJSON(feature, { style: STYLES.boundary, pmIgnore: true }).addTo(map);
        map.boundary = L.geoJSON(feature).getBounds();
      } else if (kind === "zone" || kind === "footprint") {
        map.drawn[kind] = L.geoJSON(feature, { style: { ...STYLES[kind], interactive: false }, pmIgnore: true }).addTo(map);
      }
    }
  }

  function addHotspots(map, collection) {
    const hot = collection.features.filter((f) => f.properties.kind === "cell" && f.properties.class === "hot");
    L.geoJSON({ type: "FeatureCollection", features: hot }, {
      style: STYLES.cell,
      pmIgnore: true,
    }).addTo(map);
  }

  // The roads of the view and a little more, once it is near enough; asked for again beyond that.
  async function followRoads(map, address) {
    const view = map.getBounds();
    const across = map.distance(view.getNorthWest(), view.getNorthEast());
    const down = map.distance(view.getNorthWest(), view.getSouthWest());
    if (Math.max(across, down) > ROADS_WITHIN_M || map.roadsIn?.contains(view)) {
      return;
    }
    const wanted = view.pad(0.4);
    map.roadsIn = wanted;
    const found = await load(`${address}?box=${wanted.toBBoxString()}`);
    if (map.roadsIn !== wanted) {
      return;
    }
    map.roads?.remove();
    map.roads = L.geoJSON(found, {
      style: STYLES.road,
      pane: "roads",
      pmIgnore: true,
      // A tooltip makes its line a stop of the Tab key; a road's name is in the plan too.
      onEachFeature: (feature, layer) =>
        layer
          .bindTooltip(words(feature.properties.name || "Road without a name"), { sticky: true })
          .on("add", () => layer.getElement().setAttribute("tabindex", "-1")),
    }).addTo(map);
    map.getContainer().dataset.roadsDrawn = String(found.features.length);
  }

  function show(map) {
    const zone = map.drawn.zone;
    const bounds = zone ? zone.getBounds().pad(2) : map.boundary;
    if (bounds && bounds.isValid()) {
      map.fitBounds(bounds, { animate: false });
    } else {
      map.setView(LONDON, 10);
    }
  }

  // The boxes of the page that a drawing goes into.
  function boxesOf(form) {
    const named = (name) => form.querySelector(`[name="${name}"]`);
    return {
      zone: named("zone_coordinates"),
      footprint: named("footprint"),
      centre: named("zone_centre"),
      radius: named("zone_radius"),
      as: (value) => form.querySelector(`[name="zone_as"][value="${value}"]`),
      camera: () => [...form.querySelectorAll('[name^="cameras-"][name$="-at"]')].find((box) => !box.value.trim()),
    };
  }

  function replace(map, kind, layer) {
    if (map.drawn[kind]) {
      map.drawn[kind].remove();
    }
    map.drawn[kind] = layer;
  }

  function polygonOf(map, kind, points) {
    const layer = L.polygon(points, { ...STYLES[kind], pmIgnore: false });
    L.PM.reInitLayer(layer);
    return layer.addTo(map);
  }

  function follow(map, boxes, kind, layer) {
    layer.on("pm:edit pm:dragend", () => {
      boxes[kind].value = written(layer.getLatLngs()[0]);
    });
    layer.on("pm:remove", () => {
      map.drawn[kind] = null;
      boxes[kind].value = "";
    });
  }

  function redraw(map, boxes, kind) {
    const points = parse(boxes[kind].value);
    if (points === null) {
      map.status.textContent = "Grid positions are drawn once they are saved.";
      return;
    }
    map.status.textContent = "";
    if (points.length < 3) {
      replace(map, kind, null);
      return;
    }
    const layer = polygonOf(map, kind, points);
    replace(map, kind, layer);
    follow(map, boxes, kind, layer);
  }

  function drawnShape(map, boxes, event) {
    const { layer, shape } = event;
    layer.remove();
    if (shape === "Marker") {
      const box = boxes.camera();
      if (box) {
        box.value = written([layer.getLatLng()]);
        L.marker(layer.getLatLng(), { icon: icon("camera"), keyboard: false, pmIgnore: true }).addTo(map);
      }
      map.status.textContent = box
        ? "The camera's position is in the form. Give it a name there."
        : "Every camera has a position: add another camera in the form first.";
      return;
    }
    const kind = map.target.value;
    if (shape === "Circle" && kind === "zone") {
      boxes.as("circle").checked = true;
      boxes.centre.value = written([layer.getLatLng()]);
      boxes.radius.value = String(Math.max(1, Math.round(layer.getRadius())));
      boxes.centre.closest("details").open = true;
      replace(map, kind, L.circle(layer.getLatLng(), { ...STYLES.zone, radius: layer.getRadius(), pmIgnore: true }).addTo(map));
      map.status.textContent = "The circle is in the form, as a centre and a radius.";
      return;
    }
    if (shape === "Circle") {
      map.status.textContent = "Draw the footprint as a polygon.";
      return;
    }
    if (kind === "zone") {
      boxes.as("coordinates").checked = true;
    }
    boxes[kind].value = written(layer.getLatLngs()[0]);
    redraw(map, boxes, kind);
    map.status.textContent = `The ${kind} is in the form. Save it to have it checked.`;
  }

  // What Geoman calls its buttons stands in a title, which not everyone is told.
  function nameButtons(container) {
    for (const button of container.querySelectorAll(".button-container")) {
      const link = button.querySelector(".leaflet-buttons-control-button");
      if (link && button.title) {
        link.setAttribute("aria-label", button.title);
      }
    }
  }

  function chooser(container) {
    const box = document.createElement("p");
    box.className = "overt-drawing__target";
    const label = document.createElement("label");
    label.className = "govuk-label";
    label.htmlFor = "drawing-target";
    label.textContent = "What you draw on the map is the";
    const select = document.createElement("select");
    select.className = "govuk-select";
    select.id = "drawing-target";
    for (const [value, text] of [["zone", "zone of recognition"], ["footprint", "footprint"]]) {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = text;
      select.append(option);
    }
    box.append(label, select);
    container.before(box);
    return select;
  }

  function allowDrawing(map, container) {
    const boxes = boxesOf(container.closest("form"));
    map.target = chooser(container);
    map.pm.setGlobalOptions({ markerStyle: { icon: icon("camera") }, snappable: true, allowSelfIntersection: false });
    map.pm.addControls({
      position: "topleft",
      drawCircleMarker: false,
      drawPolyline: false,
      drawRectangle: true,
      drawText: false,
      cutPolygon: false,
      rotateMode: false,
    });
    map.on("pm:create", (event) => drawnShape(map, boxes, event));
    // Two taps that follow each other fast would otherwise zoom the map away beneath the drawing.
    map.on("pm:drawstart", () => map.doubleClickZoom.disable());
    map.on("pm:drawend", () => map.doubleClickZoom.enable());
    for (const kind of ["zone", "footprint"]) {
      let waiting = 0;
      boxes[kind].addEventListener("input", () => {
        window.clearTimeout(waiting);
        waiting = window.setTimeout(() => redraw(map, boxes, kind), WAIT_MS);
      });
      if (boxes[kind].value.trim()) {
        redraw(map, boxes, kind);
      }
    }
    nameButtons(container);
  }

  async function start(container) {
    const map = L.map(container, { zoomSnap: 0.5, attributionControl: false });
    map.drawn = { zone: null, footprint: null };
    map.status = document.createElement("p");
    map.status.className = "govuk-hint";
    map.status.setAttribute("role", "status");
    container.after(map.status);
    map.status.textContent = "The map is being drawn.";
    map.setView(LONDON, 10);
    map.createPane("roads").style.zIndex = 405;
    L.control.scale({ imperial: false }).addTo(map);
    try {
      const { drawing, hotspots, roads, draws } = container.dataset;
      const [drawn, hot] = await Promise.all([load(drawing), hotspots ? load(hotspots) : null]);
      const isBeneath = (feature) => feature.properties.kind === "boundary";
      addFeatures(map, drawn.features.filter(isBeneath));
      if (hot) {
        addHotspots(map, hot);
      }
      addFeatures(map, drawn.features.filter((feature) => !isBeneath(feature)));
      map.status.textContent = map.boundary
        ? ""
        : "Choose the borough and save: the map then shows its boundary.";
      map.on("moveend", () => {
        followRoads(map, roads).catch((error) => {
          map.status.textContent = `The roads could not be drawn: ${error.message}.`;
        });
      });
      show(map);
      if (draws) {
        allowDrawing(map, container);
      }
      container.dataset.drawn = "yes";
    } catch (error) {
      container.dataset.drawn = "failed";
      map.status.textContent = `The map could not be drawn: ${error.message}. The boxes hold the same facts.`;
    }
  }

  for (const container of document.querySelectorAll(".overt-drawing")) {
    start(container);
  }
})();
