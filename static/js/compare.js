// The swipe of a comparison: one map over the other, a divider between them.
// The range below the maps is the control for keyboard, mouse and touch; the handle on the map
// moves it. map.js draws both maps and keeps them together.
(() => {
  "use strict";

  let share = 50; // of the width: what the reader set last, kept while htmx swaps the part

  function start(swipe) {
    if (swipe.dataset.swiping) return;
    swipe.dataset.swiping = "yes";
    const stage = swipe.querySelector(".swipe__maps");
    const [under, over] = stage.querySelectorAll(".map");
    const range = swipe.querySelector("input[type=range]");
    const line = document.createElement("div");
    line.className = "swipe__line";
    line.setAttribute("aria-hidden", "true");
    line.append(document.createElement("span"));
    stage.append(line);
    stage.classList.add("is-swiping");

    function show() {
      share = Number(range.value);
      over.parentElement.style.clipPath = `inset(0 0 0 ${share}%)`;
      line.style.left = `${share}%`;
      // Whoever walks by keys meets only the buttons that can be seen.
      under.inert = share < 1;
      over.inert = share > 99;
      over.classList.toggle("swipe__alone", share < 15);
      under.classList.toggle("swipe__hidden", share < 15);
      range.setAttribute("aria-valuetext", range.dataset.words
        .replace("{left}", share).replace("{right}", 100 - share));
    }

    function drag(event) {
      const box = stage.getBoundingClientRect();
      range.value = Math.round(((event.clientX - box.left) / box.width) * 100);
      show();
    }

    line.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      line.setPointerCapture(event.pointerId);
      line.addEventListener("pointermove", drag);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      line.addEventListener(end, () => line.removeEventListener("pointermove", drag));
    }
    range.addEventListener("input", show);
    range.value = share;
    show();
  }

  const refresh = () => document.querySelectorAll("[data-swipe]").forEach(start);
  document.addEventListener("htmx:after:swap", refresh);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", refresh);
  else refresh();
})();
