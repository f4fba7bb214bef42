// Large layers of a scenario: vector tiles in classes, small ones as GeoJSON; asking what is at a place.
// Loaded by map.js where a layer of kind "layer" is drawn. The page's form and lists do the same without it.
(() => {
  "use strict";

  const { kinds, tools } = window.portalMaps;
  const WIDTHS = { line: 2.5, point: 3, area: 0.8 };
  const REACH = 14; // points of the screen around a click that count as hit
  const known = (value) => value !== null && value !== undefined;

  // From a feature's properties to its class: index among the layer's, -1 for unsure, null for no value.
  function sorter(layer) {
    if (layer.part === null) return () => 0;
    const difference = layer.show === "difference";
    const key = `${difference ? "d" : "v"}${layer.part}`;
    const unsure = `u${layer.part}`;
    return (properties) => {
      const value = properties[key];
      if (!known(value)) return null;
      if (difference && (properties[unsure] || !value)) return -1;
      let found = 0;
      layer.classes.forEach((one, index) => { if (known(one.low) && value >= one.low) found = index; });
      return found;
    };
  }

  function colours(state, layer) {
    const { colours: all } = state.config;
    if (layer.part === null) return [[0, all.lines[2]]];
    const classes = layer.classes.filter((one) => known(one.low)).map((one, index) => [index, one.colour]);
    return [[null, all.noValue], ...(layer.unclear ? [[-1, layer.unclear.colour]] : []), ...classes];
  }

  // Wider lines and larger points the closer the reader comes.
  const grown = (shape) => (zoom) => WIDTHS[shape] * Math.max(0.6, Math.min(2.4, (zoom - 8) / 4));

  function rules(state, layer) {
    const p = window.protomapsL;
    const { outline } = state.config.colours;
    const classOf = sorter(layer);
    const width = grown(layer.shape);
    const found = colours(state, layer).map(([wanted, colour]) => {
      const filter = (zoom, feature) => classOf(feature.props) === wanted;
      if (layer.shape === "point") {
        return { filter, symbolizer: new p.CircleSymbolizer({ radius: width, fill: colour, stroke: "#fff", width: 0.5 }) };
      }
      if (layer.shape === "area") {
        return { filter, symbolizer: new p.PolygonSymbolizer({ fill: colour, stroke: outline, width: 0.6 }) };
      }
      return { filter, symbolizer: new p.LineSymbolizer({ color: colour, width }) };
    });
    const casing = { symbolizer: new p.LineSymbolizer({ color: outline, width: (zoom) => width(zoom) + 1.6 }), minzoom: 14 };
    return (layer.shape === "line" && layer.part !== null ? [casing, ...found] : found)
      .map((rule) => ({ dataLayer: "features", ...rule }));
  }

  async function drawTiles(state, layer) {
    const pane = state.map.createPane("features");
    Object.assign(pane.style, { zIndex: 300, pointerEvents: "none" });
    tools.tiles({
      url: layer.url, pane: "features", paintRules: rules(state, layer), maxDataZoom: layer.zooms[1],
    }).addTo(state.map);
  }

  async function drawWhole(state, layer) {
    const shapes = await tools.load(layer.url);
    if (!state.map._mapPane) return;
    const classOf = sorter(layer);
    const byClass = new Map(colours(state, layer));
    const { outline } = state.config.colours;
    const colour = ({ properties }) => byClass.get(classOf(properties)) || state.config.colours.noValue;
    if (layer.shape === "line") {
      L.geoJSON(shapes, { interactive: false, style: { color: outline, weight: 6 } }).addTo(state.map);
    }
    L.geoJSON(shapes, {
      interactive: false,
      style: (feature) => (layer.shape === "line" ? { color: colour(feature), weight: 4 }
        : { color: outline, weight: 0.8, fillColor: colour(feature), fillOpacity: 1 }),
      pointToLayer: (feature, at) => L.circleMarker(at, { radius: 5, interactive: false }),
    }).addTo(state.map);
  }

  kinds.layer = async (state, layer) => {
    await (layer.tiled ? drawTiles : drawWhole)(state, layer);
    const form = document.getElementById(layer.form);
    if (form && state.map._mapPane) ask(state, form);
  };

  function ask(state, form) {
    const { map, element } = state;
    const field = (name) => form.querySelector(`[name="${name}"]`);
    const send = ({ lat, lng }) => {
      const metres = (40075016 * Math.cos((lat * Math.PI) / 180)) / 2 ** (map.getZoom() + 8);
      field("lat").value = lat.toFixed(6);
      field("lon").value = lng.toFixed(6);
      field("within").value = Math.round(Math.max(5, Math.min(300, metres * REACH)));
      form.requestSubmit();
    };
    map.on("click", ({ latlng }) => send(latlng.wrap()));
    const cross = Object.assign(document.createElement("span"), { className: "map__cross" });
    cross.setAttribute("aria-hidden", "true");
    element.append(cross);
    const enter = (event) => {
      if (event.key !== "Enter" || event.target !== element) return;
      event.preventDefault();
      send(map.getCenter().wrap());
    };
    element.addEventListener("keydown", enter);
    state.undo.push(() => element.removeEventListener("keydown", enter));
    const answered = () => show(state);
    document.addEventListener("htmx:after:swap", answered);
    state.undo.push(() => document.removeEventListener("htmx:after:swap", answered));
    show(state);
  }

  // The answer under the map says where it is; the map marks it, and goes there when it was chosen by name.
  function show(state) {
    const answer = document.getElementById("at");
    if (!answer || !answer.dataset.lat || answer === state.answer) return;
    state.answer = answer;
    const place = [Number(answer.dataset.lat), Number(answer.dataset.lon)];
    if ("closer" in answer.dataset) state.map.setView(place, Math.max(16, state.map.getZoom()), { animate: false });
    state.handle.showAt(place, brief(answer));
  }

  function brief(answer) {
    const row = answer.querySelector("tbody tr");
    if (!row) return null;
    const [name, ...cells] = [...row.children].map((cell) => cell.innerText.replace(/\s+/g, " ").trim());
    const heads = [...answer.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
    return tools.label(name, ...cells.slice(0, -1).filter(Boolean).slice(0, 2).map((cell, index) => `${heads[index + 1]}: ${cell}`));
  }
})();
