// Points the server counts in bunches: asked for again as the reader moves the map or comes closer.
// Loaded by map.js where a layer of kind "bunches" is drawn. The list beside the map holds the same.
(() => {
  "use strict";

  const { kinds, tools } = window.portalMaps;
  const NEAREST = 17; // from here on a bunch opens as a list: its proposals lie too close to part
  const own = (address) => /^\/(?!\/)/.test(address);

  function circle(config, { properties }, at) {
    if (!properties.bounds) {
      return L.circleMarker(at, { radius: 8, color: "#fff", weight: 2, fillOpacity: 1, fillColor: config.colours.lines[0] });
    }
    const number = document.createElement("span");
    number.textContent = new Intl.NumberFormat(document.documentElement.lang || "en", { notation: "compact" }).format(properties.n);
    const size = Math.min(60, 30 + 6 * Math.log2(properties.n));
    const icon = L.divIcon({ className: "bunch", html: number, iconSize: [size, size] });
    return L.marker(at, { icon, title: properties.title, riseOnHover: true, keyboard: false });
  }

  function open(map, { bounds, url }) {
    if (bounds && map.getZoom() < NEAREST) map.fitBounds(bounds, { animate: !tools.still });
    else if (own(String(url || ""))) location.assign(url);
  }

  kinds.bunches = async (state, layer) => {
    const { map, config } = state;
    const group = L.layerGroup().addTo(map);
    let last = 0;
    async function show() {
      const mine = ++last;
      const asked = new URL(layer.url, location.href);
      asked.searchParams.set("zoom", Math.round(map.getZoom()));
      asked.searchParams.set("bbox", map.getBounds().pad(0.1).toBBoxString().replace(/(\.\d{4})\d+/g, "$1"));
      const answer = await fetch(asked, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      if (mine !== last || !map._mapPane) return;
      group.clearLayers();
      state.find.clear();
      L.geoJSON(found, {
        pointToLayer: (feature, at) => circle(config, feature, at),
        onEachFeature({ properties }, shape) {
          shape.bindTooltip(() => tools.label(properties.title, properties.text), { opacity: 1 });
          shape.on("click", () => open(map, properties));
          if (!properties.code) return;
          state.find.set(String(properties.code), shape);
          shape.plain = () => shape.setRadius(8);
          shape.strong = { radius: 12 };
        },
      }).eachLayer((shape) => group.addLayer(shape));
    }
    await show();
    map.on("moveend", () => show().catch(() => {}));
  };
})();
