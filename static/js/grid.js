// Settings of a family: sliders beside their number fields; a move asks for one computed run.
// Without this file the number fields, buttons and lists do the same.
(() => {
  "use strict";

  const forms = () => document.querySelectorAll("form[data-settings]");
  let focused = null; // id of the control that htmx is about to replace

  // A slider holds the place of a value in the list of computed ones; the number field its value.
  function slider(field) {
    const number = document.getElementById(field.dataset.slider);
    const slide = document.getElementById(`${field.dataset.slider}-slide`);
    const marks = [...field.querySelectorAll("[data-value]")];
    const show = () => {
      const mark = marks[Number(slide.value)];
      slide.setAttribute("aria-valuetext", mark.textContent);
      marks.forEach((one) => one.classList.toggle("is-current", one === mark));
      return mark;
    };
    const place = (value) => {
      let best = 0;
      marks.forEach((mark, i) => {
        const away = (one) => Math.abs(Number(one.dataset.value) - Number(value));
        if (away(mark) < away(marks[best])) best = i;
      });
      slide.value = String(best);
      show();
    };
    return { number, slide, place, show };
  }

  function prepare(form) {
    if (form.dataset.ready) return;
    form.dataset.ready = "yes";
    for (const field of form.querySelectorAll("[data-slider]")) {
      const one = slider(field);
      one.slide.addEventListener("input", () => { one.number.value = one.show().dataset.value; });
      one.number.addEventListener("change", () => one.place(one.number.value));
      one.show();
    }
    // Another figure changes map and legend: that is a new page, not a move.
    for (const field of form.querySelectorAll("[data-whole-page]")) {
      field.addEventListener("change", (event) => {
        event.stopPropagation();
        HTMLFormElement.prototype.submit.call(form);
      });
    }
  }

  // The fields follow the run that is shown: near what was asked for, where that was not computed.
  function settle(run) {
    const point = JSON.parse(run.dataset.point);
    for (const form of forms()) {
      for (const [name, value] of Object.entries(point)) {
        for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
          if (field.type === "radio") field.checked = field.value === value;
          else field.value = value;
        }
      }
      for (const field of form.querySelectorAll("[data-slider]")) {
        const one = slider(field);
        one.place(one.number.value);
      }
      const from = form.querySelector('[name="from"]');
      if (from) from.value = run.dataset.run;
    }
  }

  function recolour(run) {
    const map = window.portalMaps && window.portalMaps.get("grid-map");
    if (!map) return;
    if (run.dataset.values) map.recolour({ values: JSON.parse(run.dataset.values) });
    else if (run.dataset.valuesAt) map.recolour({ values: run.dataset.valuesAt });
  }

  function mark(run) {
    for (const cell of document.querySelectorAll("#grid-table [data-run]")) {
      const current = cell.dataset.run === run.dataset.run;
      if (current) cell.setAttribute("aria-current", "true");
      else cell.removeAttribute("aria-current");
    }
  }

  function follow() {
    forms().forEach(prepare);
    const run = document.getElementById("grid-run");
    if (run && !run.dataset.seen) {
      run.dataset.seen = "yes";
      settle(run);
      recolour(run);
      mark(run);
    }
    if (focused && document.activeElement === document.body) {
      const again = document.getElementById(focused);
      if (again) again.focus({ preventScroll: true });
    }
    focused = null;
  }

  document.addEventListener("htmx:before:swap", () => {
    const active = document.activeElement;
    focused = active && active.closest("form[data-settings]") ? active.id : null;
  });
  document.addEventListener("htmx:after:swap", () => setTimeout(follow));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", follow);
  else follow();
})();
