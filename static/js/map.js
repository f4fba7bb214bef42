// Maps: draws every element with data-map from its plain configuration (portal/maps.py).
// An enhancement only: the table or list beside a map holds everything it shows.
//
// For other scripts (nobody needs to copy this file):
//   portalMaps.get("map")    → the map drawn in #map now, or undefined; htmx may swap it, so ask anew
//   portalMaps.ready("map")  → promise of it once its layers are drawn
//   .map (Leaflet), .config, .element
//   .recolour({ values, classes, show, unclear, unit, decimals }) → other figures on the same shapes;
//       `values` is an address (or a promise of the JSON), the rest replaces the layer's configuration
//   .goTo([[south, west], [north, east]]) or .goTo([lat, lon], zoom)
//   .highlight("code") and .highlight(null)  → shows one area with its words, or none
//   .showAt([lat, lon], element) / .showAt(null) → a mark with words on it
//   document hears "portal:map" { id, handle } when a map is drawn, and
//   "portal:map-click" { id, lat, lon, handle } when a reader chooses a place on one.
//   portalMaps.kinds.<kind> = async (state, layer) => … adds a kind of layer (see tiles.js).
(() => {
  "use strict";

  const drawn = new Map(); // element → { map, find, undo }
  const files = new Map(); // address → promise of its JSON
  const views = new Map(); // element id → where the reader was, kept while htmx swaps the map
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const UNDER = {
    green: { stroke: false, fillColor: "#dde8d6", fillOpacity: 1 },
    water: { color: "#7fa3c0", weight: 1.2 },
    roads: { color: "#aab3bd", weight: 1 },
    tram: { color: "#8a5a6e", weight: 1.5, dashArray: "6 4" },
    districts: { color: "#3c4854", weight: 1.4, fill: false },
  };

  // Leaflet may want to draw once more what went with its map a moment ago.
  if (window.L) {
    const redraw = L.Canvas.prototype._redraw;
    L.Canvas.include({ _redraw() { if (this._ctx) redraw.call(this); } });
  }

  function load(address) {
    if (!files.has(address)) {
      const asked = fetch(address, { credentials: "same-origin" }).then((answer) => {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      });
      asked.catch(() => files.delete(address));
      files.set(address, asked);
    }
    return files.get(address);
  }

  function need(tag, values) {
    const key = values.src || values.href;
    if (!files.has(key)) {
      files.set(key, new Promise((done, fail) => {
        const element = Object.assign(document.createElement(tag), values);
        element.onload = done;
        element.onerror = fail;
        document.head.append(element);
      }));
    }
    return files.get(key);
  }

  // Chromium cuts an answer short when it puts it together from stretches of a file it had kept;
  // so each map asks for its tiles itself, and keeps them as long as it is there.
  function tiles(options) {
    const layer = window.protomapsL.leafletLayer({
      paintRules: [], labelRules: [], attribution: "", noWrap: true, ...options,
    });
    for (const { tileCache } of layer.views.values()) tileCache.source.p.source.chromeWindowsNoCache = true;
    return layer;
  }

  const plain = (words) => {
    const holder = document.createElement("i");
    holder.textContent = words;
    return holder.innerHTML;
  };

  function label(title, ...lines) {
    const box = document.createElement("div");
    const strong = document.createElement("strong");
    strong.textContent = title;
    box.append(strong);
    for (const line of lines.filter(Boolean)) {
      const part = document.createElement("div");
      part.textContent = line;
      box.append(part);
    }
    return box;
  }

  function writer(decimals, signed) {
    const format = new Intl.NumberFormat(document.documentElement.lang || "en", {
      minimumFractionDigits: decimals, maximumFractionDigits: decimals,
      useGrouping: "always", roundingMode: "halfEven",
      signDisplay: signed ? "exceptZero" : "negative",
    });
    return (value) => format.format(value).replace("-", "−");
  }

  // A value may be a number or [value, low, high, delta, delta_low, delta_high].
  function read(entry, show) {
    if (entry === undefined || entry === null) return null;
    if (!Array.isArray(entry)) return { value: entry };
    const [value, low, high] = show === "difference" ? entry.slice(3) : entry;
    return value === null || value === undefined ? null : { value, low, high };
  }

  const known = (number) => number !== null && number !== undefined;

  function classOf(layer, figure) {
    if (!figure) return null;
    if (layer.unclear && known(figure.low) && figure.low <= 0 && figure.high >= 0) return layer.unclear;
    let found = layer.classes[0];
    for (const one of layer.classes) if (figure.value >= one.low) found = one;
    return found || null;
  }

  // How a choropleth reads a feature: its style and its words, from the layer's present values.
  function reader(state, layer) {
    const { config } = state;
    const figureOf = (code) => read(layer.read[code], layer.show);
    const colour = (code) => (classOf(layer, figureOf(code)) || { colour: config.colours.noValue }).colour;
    const words = ({ code, name }) => {
      const figure = figureOf(code);
      if (!figure) return label(name || code, config.words.none);
      const write = writer(layer.decimals, layer.show === "difference");
      const between = known(figure.low) && figure.low !== figure.high && config.words.between
        .replace("{low}", write(figure.low)).replace("{high}", write(figure.high));
      return label(name || code, `${write(figure.value)} ${layer.unit}`.trim(), between,
        layer.show === "difference" && (classOf(layer, figure) || {}).word);
    };
    return { figureOf, colour, words };
  }

  async function choropleth(state, layer) {
    const { map, config } = state;
    let shapes;
    [shapes, layer.read] = await Promise.all([load(layer.geometry), load(layer.values)]);
    if (!map._mapPane) return;
    const { figureOf, colour, words } = reader(state, layer);
    const style = ({ properties: { code } }) => (layer.lines
      ? { color: colour(code), weight: figureOf(code) ? 5 : 3, opacity: 1, lineCap: "butt" }
      : layer.bold // areas too small to be seen from afar are drawn with a thick border
        ? { color: colour(code), weight: 9, opacity: 1, lineJoin: "round", fillColor: colour(code), fillOpacity: 1 }
        : { color: config.colours.outline, weight: 0.8, opacity: 0.75, fillColor: colour(code),
          fillOpacity: 1, dashArray: figureOf(code) ? null : "3 3" });
    const casing = ({ properties: { code } }) => ({
      color: config.colours.outline, weight: figureOf(code) ? 7 : 4, opacity: 1, lineCap: "butt",
    });
    const edge = { color: config.colours.outline, weight: 11, opacity: 1, lineJoin: "round" };
    const below = layer.lines ? casing : edge;
    const under = (layer.lines || layer.bold) && L.geoJSON(shapes, { interactive: false, style: below }).addTo(map);
    const group = L.geoJSON(shapes, {
      style,
      onEachFeature(feature, shape) {
        state.find.set(String(feature.properties.code), shape);
        shape.bindTooltip(() => words(feature.properties), { sticky: true, opacity: 1 });
        shape.on({
          mouseover: () => mark(shape, true), mouseout: () => mark(shape, false),
          click: (event) => {
            shape.openTooltip(event.latlng);
            if (layer.link) location.assign(layer.link.replace("{code}", encodeURIComponent(feature.properties.code)));
          },
        });
        shape.plain = () => group.resetStyle(shape);
        shape.strong = { weight: layer.lines ? 9 : layer.bold ? 13 : 3, opacity: 1 };
      },
    }).addTo(map);
    state.repaint = () => {
      if (under) under.setStyle(below);
      group.setStyle(style);
    };
  }

  function mark(shape, on) {
    if (!shape._map) return;
    if (on) shape.setStyle(shape.strong).bringToFront();
    else shape.plain();
  }

  async function outline(state, layer) {
    const shapes = layer.data || await load(layer.url);
    if (!state.map._mapPane) return;
    L.geoJSON(shapes, {
      interactive: false,
      style: { color: state.config.colours.lines[1], weight: 3, fillOpacity: 0.08 },
    }).addTo(state.map);
  }

  async function points(state, layer) {
    const { map, config } = state;
    const found = layer.data || await load(layer.url);
    const bunched = layer.cluster && layer.cluster.script && found.features.length > 50;
    if (bunched) {
      await Promise.all([need("script", { src: layer.cluster.script }),
        ...layer.cluster.styles.map((href) => need("link", { rel: "stylesheet", href }))]);
    }
    if (!map._mapPane) return;
    const group = bunched ? L.markerClusterGroup({ animate: !still }) : L.layerGroup();
    L.geoJSON(found, {
      pointToLayer: (feature, at) => L.circleMarker(at, {
        radius: 8, color: "#fff", weight: 2, fillOpacity: 1,
        fillColor: config.colours.lines[feature.properties.group || 0] || config.colours.lines[0],
      }),
      onEachFeature({ properties }, shape) {
        if (properties.title) shape.bindTooltip(() => label(properties.title, properties.text), { opacity: 1 });
        const url = String(properties.url || "");
        shape.on("click", () => {
          if (/^\/(?!\/)/.test(url)) location.assign(url);
          else shape.openTooltip();
        });
        if (properties.code) state.find.set(String(properties.code), shape);
        shape.plain = () => shape.setRadius(8);
        shape.strong = { radius: 12 };
      },
    }).eachLayer((shape) => group.addLayer(shape));
    group.addTo(map);
    if (layer.data && !layer.stay && found.features.length === 1) {
      const [lon, lat] = found.features[0].geometry.coordinates;
      map.setView([lat, lon], 15, { animate: false });
    }
  }

  // The two fields are the truth, and the way for the keyboard; the map writes and reads them.
  function pick(state, layer) {
    const { map, config, element } = state;
    const field = (name) => (element.closest("form") || document).querySelector(`[name="${CSS.escape(name)}"]`);
    const [lat, lon] = [field(layer.lat), field(layer.lon)];
    if (!lat || !lon) return;
    let dot = null;
    const show = (move) => {
      const at = [lat, lon].map((input) => parseFloat(String(input.value).replace(",", ".")));
      if (!at.every(Number.isFinite)) {
        if (dot) dot.remove();
        dot = null;
        return;
      }
      dot = dot || L.circleMarker(at, { radius: 10, color: "#fff", weight: 3, fillOpacity: 1,
        fillColor: config.colours.lines[1] }).bindTooltip(() => label(config.words.chosen));
      dot.setLatLng(at).addTo(map);
      if (move) map.setView(at, Math.max(map.getZoom(), 15), { animate: false });
    };
    map.on("click", ({ latlng }) => {
      lat.value = latlng.lat.toFixed(5);
      lon.value = latlng.wrap().lng.toFixed(5);
      for (const input of [lat, lon]) input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    const changed = () => show(false);
    for (const input of [lat, lon]) input.addEventListener("change", changed);
    state.undo.push(() => [lat, lon].forEach((input) => input.removeEventListener("change", changed)));
    map.getContainer().classList.add("leaflet-crosshair");
    show(true);
  }

  async function under(state) {
    const { map, config } = state;
    state.ground = new Map();
    const areas = config.layers.some((layer) => layer.kind === "choropleth" && !layer.lines);
    for (const [name, height] of [["under", 210], ["over", 420]]) {
      Object.assign(map.createPane(name).style, { zIndex: height, pointerEvents: "none" });
    }
    if (config.tiles) {
      L.tileLayer(config.tiles.url, { attribution: plain(config.tiles.attribution) }).addTo(map);
    }
    // Over filled areas only lines help to find one's way.
    const wanted = (config.base || []).filter(({ name }) => (areas ? name !== "green" : name === "districts" || !config.tiles));
    const renderers = { under: L.canvas({ pane: "under" }), over: L.canvas({ pane: "over" }) };
    await Promise.all(wanted.map(async ({ name, url }) => {
      const shapes = await load(url);
      if (!map._mapPane) return;
      const pane = areas ? "over" : "under";
      state.ground.set(name, L.geoJSON(shapes, { pane, renderer: renderers[pane], interactive: false,
        style: { opacity: areas ? 0.55 : 1, ...UNDER[name] } }).addTo(map));
    }));
    if (config.near && (areas || !config.tiles)) near(state, areas);
  }

  // Every street with its name: loaded when somebody looks from near, and not before.
  function near(state, areas) {
    const { map, config } = state;
    const look = async () => {
      if (!map._mapPane || Math.round(map.getZoom()) < config.near.zoom) return;
      map.off("zoomend", look);
      try {
        await state.handle.ready; // what the map is there for comes first
        for (const src of config.near.scripts) await need("script", { src });
        if (map._mapPane) window.portalMaps.near(state, areas);
      } catch (_) {
        tell(state.element, config.words.failed);
      }
    };
    map.on("zoomend", look);
    look();
  }

  function follow(state) {
    const name = state.element.dataset.mapSync;
    if (!name) return;
    state.map.on("move", () => {
      if (state.led) return;
      for (const other of drawn.values()) {
        if (other === state || other.element.dataset.mapSync !== name) continue;
        other.led = true;
        other.map.setView(state.map.getCenter(), state.map.getZoom(), { animate: false });
        other.led = false;
      }
    });
  }

  function tell(element, words) {
    if (element.parentElement.querySelector("[data-map-problem]")) return;
    const line = document.createElement("p");
    line.dataset.mapProblem = "";
    line.setAttribute("role", "status");
    line.textContent = words;
    element.insertAdjacentElement("afterend", line);
  }

  const KINDS = { choropleth, outline, points, pick };

  function draw(element) {
    if (drawn.has(element) || !window.L) return;
    coming.unobserve(element);
    const config = JSON.parse(element.dataset.map);
    element.replaceChildren();
    const map = L.map(element, {
      preferCanvas: true, renderer: L.canvas({ tolerance: 4 }), zoomControl: false, zoomSnap: 0.25,
      scrollWheelZoom: false, zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still,
      inertia: !still, minZoom: 9, maxZoom: 19,
    });
    const state = { element, map, config, find: new Map(), undo: [], led: false };
    drawn.set(element, state);
    state.handle = handle(state);
    L.control.zoom({ zoomInTitle: config.words.zoomIn, zoomOutTitle: config.words.zoomOut }).addTo(map);
    map.attributionControl.setPrefix(false);
    for (const thanks of config.attribution || []) map.attributionControl.addAttribution(plain(thanks));
    // The wheel scrolls the page until the reader has turned to the map.
    map.on("focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    const before = views.get(element.id);
    if (before && before.place === String(config.bounds)) map.setView(before.center, before.zoom);
    else if (config.bounds) map.fitBounds(config.bounds, { animate: false });
    else map.setView(config.center, config.zoom);
    follow(state);
    map.on("click", ({ latlng }) => tellAll("portal:map-click", state, { lat: latlng.lat, lon: latlng.wrap().lng }));
    const failed = () => tell(element, config.words.failed);
    Promise.resolve(under(state)).catch(failed);
    // One after the other, so that layers lie in the order they are named.
    state.handle.ready = config.layers.reduce(
      (done, layer) => done.then(() => add(state, layer)).catch(failed), Promise.resolve(),
    ).then(() => {
      if (map._mapPane) tellAll("portal:map", state);
      return state.handle;
    });
  }

  // A kind that is not here brings its scripts' addresses.
  async function add(state, layer) {
    for (const src of layer.scripts || []) await need("script", { src });
    if (state.map._mapPane) await KINDS[layer.kind](state, layer);
  }

  const tellAll = (name, state, more) => document.dispatchEvent(
    new CustomEvent(name, { detail: { id: state.element.id, handle: state.handle, ...more } }));

  function handle(state) {
    const { element, map, config } = state;
    let shown = null;
    let note = null;
    return {
      element, map, config,
      async recolour({ values, ...changes }) {
        const layer = config.layers.find((one) => one.values);
        if (!layer) return;
        const found = await (typeof values === "string" ? load(values) : values || layer.read);
        await state.handle.ready;
        if (!map._mapPane) return;
        Object.assign(layer, changes, { read: found }, typeof values === "string" && { values });
        if (state.repaint) state.repaint();
        if (shown) state.handle.highlight(shown);
      },
      goTo(place, zoom) {
        if (Array.isArray(place[0])) map.fitBounds(place, { animate: !still, maxZoom: 17 });
        else map.setView(place, zoom || Math.max(map.getZoom(), 16), { animate: !still && map.getBounds().contains(place) });
      },
      highlight(code) {
        for (const [one, on] of [[shown, false], [code, true]]) {
          const shape = one !== null && state.find.get(String(one));
          if (shape && shape._map) emphasise(shape, on);
        }
        shown = code;
      },
      showAt(place, content) {
        if (note) note.remove();
        note = place && L.circleMarker(place, { radius: 9, color: config.colours.outline, weight: 3,
          fillColor: "#fff", fillOpacity: 0.6 }).addTo(map);
        if (note && content) note.bindPopup(content, { maxWidth: 280, autoPan: true }).openPopup();
      },
    };
  }

  function forget(state) {
    if (state.element.id) {
      views.set(state.element.id, { place: String(state.config.bounds),
        center: state.map.getCenter(), zoom: state.map.getZoom() });
    }
    state.undo.forEach((undo) => undo());
    state.map._animatingZoom = false; // else Leaflet would end the zoom of a map that is gone
    state.map.remove();
    drawn.delete(state.element);
  }

  // Rows beside a map point at their place on it: data-map-rows="map-id …", data-code on each row.
  let pointed = null;
  function point(event) {
    const row = event.target.closest && event.target.closest("[data-code]");
    if (row === pointed) return;
    each(pointed, (shape) => emphasise(shape, false));
    pointed = row;
    each(pointed, (shape) => emphasise(shape, true));
  }

  function emphasise(shape, on) {
    mark(shape, on);
    if (on) shape.openTooltip(shape.getBounds ? shape.getBounds().getCenter() : shape.getLatLng());
    else shape.closeTooltip();
  }

  function each(row, act) {
    const list = row && row.closest("[data-map-rows]");
    for (const id of list ? list.dataset.mapRows.split(" ") : []) {
      const state = drawn.get(document.getElementById(id));
      const shape = state && state.find.get(row.dataset.code);
      if (shape && shape._map) act(shape);
    }
  }

  function refresh() {
    for (const state of [...drawn.values()]) if (!state.element.isConnected) forget(state);
    document.querySelectorAll("[data-map]").forEach(awake ? draw : (element) => coming.observe(element));
  }

  // A map is drawn when it comes into view, and all are, one by one, once the reader does anything:
  // until then a page with maps below costs a phone no more than one without.
  const coming = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) if (isIntersecting) draw(target);
  }, { rootMargin: "100px" });
  const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "scroll"];
  const rest = () => new Promise((done) => (window.requestIdleCallback || setTimeout)(done));
  let awake = false;

  async function wake() {
    awake = true;
    for (const sign of SIGNS) removeEventListener(sign, wake, true);
    for (const element of document.querySelectorAll("[data-map]")) {
      await rest();
      if (element.isConnected) draw(element);
      await (drawn.get(element) || { handle: {} }).handle.ready;
    }
  }

  for (const sign of SIGNS) addEventListener(sign, wake, { capture: true, passive: true });

  // Whoever asks for a map gets it drawn.
  function get(id) {
    const element = document.getElementById(id);
    if (element && element.dataset.map) draw(element);
    return (drawn.get(element) || {}).handle;
  }

  window.portalMaps = {
    get,
    ready: (id) => (get(id) ? get(id).ready : new Promise((done) => {
      document.addEventListener("portal:map", function hear({ detail }) {
        if (detail.id !== id) return;
        document.removeEventListener("portal:map", hear);
        done(detail.handle);
      });
    })),
    kinds: KINDS,
    tools: { load, label, reader, still, tiles },
  };

  document.addEventListener("mouseover", point);
  document.addEventListener("focusin", point);
  document.addEventListener("htmx:after:swap", refresh);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", refresh);
  else refresh();
})();
