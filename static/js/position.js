// "Use my position": fills the form's coordinates from the device, only when asked to.
(() => {
  "use strict";
  const round = (number, digits) => Number(number).toFixed(digits);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-position]");
    if (!button || !navigator.geolocation) return;
    const form = button.closest("form");
    const said = form.querySelector("[data-position-said]");
    const fill = (name, value) => {
      const field = form.elements.namedItem(name);
      if (!field) return;
      field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    };
    said.textContent = button.dataset.wait;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      fill("lat", round(coords.latitude, 5));
      fill("lon", round(coords.longitude, 5));
      fill("accuracy", round(coords.accuracy, 0));
      said.textContent = button.dataset.done;
    }, () => { said.textContent = button.dataset.failed; },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  });
})();
