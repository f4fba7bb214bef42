// Small comforts. Every page works without this file.
(() => {
  "use strict";

  // What only makes sense with scripts is hidden until they run.
  function reveal(root) {
    for (const element of root.querySelectorAll("[data-needs-scripts]")) element.hidden = false;
  }

  // After a refusal the reader starts at the list of what to mend.
  function showProblems(root) {
    const summary = root.querySelector("[data-summary]");
    if (summary) summary.focus();
  }

  // Text areas with a limit say how much room is left, aloud only when little is.
  function countCharacters(root) {
    for (const area of root.querySelectorAll("textarea[data-count][maxlength]")) {
      if (area.dataset.counted) continue;
      area.dataset.counted = "yes";
      const count = document.createElement("p");
      count.className = "count";
      const show = () => {
        const left = area.maxLength - area.value.length;
        count.textContent = `${area.dataset.count} ${left}`;
        count.setAttribute("aria-live", left <= 50 ? "polite" : "off");
      };
      area.insertAdjacentElement("afterend", count);
      area.addEventListener("input", show);
      show();
    }
  }

  function prepare(root) {
    reveal(root);
    countCharacters(root);
    showProblems(root);
  }

  // Menus that lie over the page close by Escape and by a click elsewhere.
  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details[data-closes][open]")) {
      if (menu !== except) menu.open = false;
    }
  }

  document.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) {
      const source = document.querySelector(copy.dataset.copy);
      navigator.clipboard.writeText(source.textContent.trim()).then(() => {
        const messages = document.getElementById("messages");
        messages.textContent = copy.dataset.copied || "";
      });
    }
    if (event.target.closest("[data-print]")) window.print();
    closeMenus(event.target.closest("details[data-closes]"));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest && event.target.closest("details[data-closes][open]");
    closeMenus(null);
    if (menu) menu.querySelector("summary").focus();
  });

  // A form is sent once, however often its button is pressed; the server holds this rule too.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 4000) event.preventDefault();
    else form.dataset.sent = String(Date.now());
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  document.addEventListener("htmx:after:swap", (event) => prepare(event.target.parentElement || document));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => prepare(document));
  else prepare(document);
})();
