// Before paper: maps fit the sheet with what they show now, and what is folded is opened. Afterwards
// everything is as it was. Without scripts the style sheet alone prints tables, figures and words.
(() => {
  "use strict";

  // What an upright A4 sheet leaves between its edges: for one map, for each of two side by side.
  const SIZES = { one: ["17cm", "12cm"], two: ["8.3cm", "8.3cm"] };
  let undo = [];

  function prepare() {
    restore();
    for (const fold of document.querySelectorAll("details.disclosure:not([open])")) {
      fold.open = true;
      undo.push(() => { fold.open = false; });
    }
    const maps = [...document.querySelectorAll("[data-map].leaflet-container")]
      .map((element) => window.portalMaps && window.portalMaps.get(element.id)).filter(Boolean);
    // Maps that move together would move one another: all are measured first, then all are moved.
    const views = maps.map(({ map, element }) => ({
      map, element, center: map.getCenter(), zoom: map.getZoom(), before: map.getSize() }));
    for (const step of [resize, fit, flatten]) views.forEach(step);
  }

  function resize({ map, element, center, zoom }) {
    const size = SIZES[element.closest(".split--even") ? "two" : "one"];
    [element.style.width, element.style.height] = size;
    map.invalidateSize({ animate: false, pan: false });
    undo.push(() => {
      element.style.width = element.style.height = "";
      map.invalidateSize({ animate: false, pan: false });
      map.setView(center, zoom, { animate: false });
    });
  }

  // The same middle as large as it fits; what only a wide screen shows left and right is left out.
  function fit({ map, center, zoom, before }) {
    const after = map.getSize();
    const scale = Math.min(after.y / before.y, after.x / Math.min(before.x, before.y * 1.15));
    map.setView(center, zoom + Math.log2(scale), { animate: false });
  }

  function flatten({ map, element }) {
    const whole = flattened(element, map.getSize());
    undo.push(() => {
      whole.remove();
      element.classList.remove("map--paper");
    });
  }

  // Chromium prints white under every canvas drawn on just now, so the layers become one canvas.
  function flattened(element, size) {
    const fine = 2; // dots of paper for each pixel
    const whole = document.createElement("canvas");
    [whole.width, whole.height, whole.className] = [size.x * fine, size.y * fine, "map__whole"];
    const pen = whole.getContext("2d");
    pen.scale(fine, fine);
    pen.fillStyle = getComputedStyle(element).backgroundColor;
    pen.fillRect(0, 0, size.x, size.y);
    const corner = element.getBoundingClientRect();
    const depth = (one) => Number(getComputedStyle(one.closest(".leaflet-pane")).zIndex) || 0;
    const layers = [...element.querySelectorAll(".leaflet-pane canvas, img.leaflet-tile")];
    for (const one of layers.sort((a, b) => depth(a) - depth(b))) {
      const place = one.getBoundingClientRect();
      pen.globalAlpha = Number(getComputedStyle(one.closest(".leaflet-pane")).opacity);
      pen.drawImage(one, place.left - corner.left - element.clientLeft, place.top - corner.top - element.clientTop, place.width, place.height);
    }
    element.classList.add("map--paper");
    element.append(whole);
    return whole;
  }

  function restore() {
    for (const back of undo.reverse()) back();
    undo = [];
  }

  addEventListener("beforeprint", prepare);
  addEventListener("afterprint", restore);
})();
