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
    for (const element of document.querySelectorAll("[data-map]")) {
      const found = window.portalMaps && window.portalMaps.get(element.id);
      if (found) fit(found.map, element);
    }
  }

  // The same middle at the same height: what a wide screen shows left and right is left out.
  function fit(map, element) {
    const [center, zoom, before] = [map.getCenter(), map.getZoom(), map.getSize()];
    const size = SIZES[element.closest(".split--even") ? "two" : "one"];
    [element.style.width, element.style.height] = size;
    map.invalidateSize({ animate: false, pan: false });
    const after = map.getSize();
    const scale = Math.min(after.y / before.y, Math.max(after.x / before.x, 1));
    map.setView(center, zoom + Math.log2(scale), { animate: false });
    const whole = flattened(element, after);
    undo.push(() => {
      whole.remove();
      element.classList.remove("map--paper");
      element.style.width = element.style.height = "";
      map.invalidateSize({ animate: false, pan: false });
      map.setView(center, zoom, { animate: false });
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
