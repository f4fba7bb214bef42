// The ground from near: every street with its name, parks, waters, as vector tiles of the city's own.
// Loaded by map.js when somebody looks from near; from afar maps stay as light as they are.
(() => {
  "use strict";

  const WIDTHS = { small: 3, ramp: 3, middle: 5, main: 6.5, motorway: 7.5 };
  const INSTEAD = ["green", "water", "roads"]; // plain layers these tiles take the place of
  const INK = "#2b3845";
  const grown = (width) => (zoom) => width * Math.max(0.8, 1 + (zoom - 15) * 0.35);

  // Over coloured areas, streets are thin and let the colours through; elsewhere they are the ground.
  function paint(areas) {
    const p = window.protomapsL;
    const streets = (kind, symbolizer) => ({
      dataLayer: "streets", symbolizer, filter: (zoom, feature) => feature.props.class === kind,
    });
    const kinds = Object.entries(WIDTHS);
    const water = { dataLayer: "waters", symbolizer: new p.LineSymbolizer({ color: "#7fa3c0", width: 1.6, opacity: areas ? 0.6 : 1 }) };
    if (areas) {
      return [water, ...kinds.map(([kind, width]) => streets(kind,
        new p.LineSymbolizer({ color: INK, opacity: 0.4, width: width / 4 })))];
    }
    return [
      { dataLayer: "parks", symbolizer: new p.PolygonSymbolizer({ fill: "#dde8d6" }) },
      water,
      ...kinds.map(([kind, width]) => streets(kind,
        new p.LineSymbolizer({ color: "#b4bdc6", width: (zoom) => grown(width)(zoom) + 1.6 }))),
      ...kinds.map(([kind, width]) => streets(kind,
        new p.LineSymbolizer({ color: "#fff", width: grown(width) }))),
    ];
  }

  // What is named first keeps its place where names would overlap. `scale` is how much larger than
  // drawn the map shows its tiles between two whole zooms: letters keep their size.
  function names(areas, family, scale) {
    const p = window.protomapsL;
    const font = (look, size) => () => `${look} ${size / scale()}px ${family}`;
    const look = { fill: INK, stroke: "#fff", width: 3 };
    const streets = Object.keys(WIDTHS).reverse().map((kind) => ({
      dataLayer: "streets", minzoom: kind === "small" ? 15 : 14,
      filter: (zoom, feature) => feature.props.class === kind,
      symbolizer: new p.LineLabelSymbolizer({ ...look, position: 2, repeatDistance: 400,
        font: kind === "small" ? font("500", 12.5) : font("600", 13.5) }),
    }));
    const parks = { dataLayer: "parks-names", minzoom: 15,
      symbolizer: new p.CenteredTextSymbolizer({ ...look, fill: "#2c5a32", lineHeight: 1.2,
        font: font("italic 500", 12) }) };
    return areas ? streets : [...streets, parks];
  }

  window.portalMaps.near = (state, areas) => {
    const { map, config, element } = state;
    const pane = (name, height) => {
      Object.assign(map.createPane(name).style, { zIndex: height, pointerEvents: "none" });
      return name;
    };
    const family = getComputedStyle(element).fontFamily;
    const { url, zoom, last } = config.near;
    const scale = () => 2 ** (map.getZoom() - Math.round(map.getZoom()));
    let written = scale();
    const layer = (options) => window.portalMaps.tools.tiles({ url, minZoom: zoom, maxDataZoom: last, ...options });
    const ground = layer({ pane: pane("near", areas ? 421 : 215), paintRules: paint(areas) });
    const words = layer({ pane: pane("names", 440), labelRules: names(areas, family, scale) });
    words.views = ground.views; // the same tiles, asked for once
    const turn = () => {
      const close = Math.round(map.getZoom()) >= zoom;
      for (const name of INSTEAD) {
        const plain = state.ground.get(name);
        if (plain && close === map.hasLayer(plain)) plain[close ? "remove" : "addTo"](map);
      }
      if (close && written !== scale()) {
        written = scale();
        words.clearLayout();
        words.rerenderTiles();
      }
    };
    ground.addTo(map);
    words.addTo(map);
    ground.once("load", turn);
    map.on("zoomend", turn);
  };
})();
