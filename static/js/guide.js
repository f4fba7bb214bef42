// A scenario's guide: arrow keys lead through its steps, the map follows, the new step gets the focus.
(() => {
  "use strict";

  // Where arrow keys already mean something else, they are left alone.
  const busy = (target) => target.closest("input, select, textarea, .map, .scroll, [role=slider], .chart-live");

  document.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || busy(event.target)) return;
    const link = document.querySelector(`#guide a[rel="${way}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });

  async function follow(guide) {
    const view = JSON.parse(guide.dataset.guide);
    const frame = document.getElementById("guide-map");
    if (!frame || !window.portalMaps) return;
    frame.setAttribute("aria-label", view.label);
    const handle = await window.portalMaps.ready("guide-map");
    if (view.layer) await handle.recolour(view.layer);
    if (!guide.isConnected) return; // the reader has gone on meanwhile
    handle.goTo(view.bounds);
    handle.highlight(view.area);
  }

  let shown = null;
  document.addEventListener("htmx:after:swap", () => {
    const guide = document.getElementById("guide");
    if (!guide || guide === shown) return;
    shown = guide;
    document.getElementById("guide-title").focus();
    follow(guide);
  });

  document.addEventListener("DOMContentLoaded", () => {
    shown = document.getElementById("guide");
    if (shown && JSON.parse(shown.dataset.guide).area) follow(shown);
  });
})();
