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

  // What a swap changes is said aloud: by a region that was there before, or nobody hears it.
  const said = new Map();
  const voice = document.createElement("p");
  voice.className = "unseen";
  voice.setAttribute("role", "status");
  function say(aloud) {
    if (!voice.isConnected) document.body.append(voice);
    const news = [];
    for (const element of document.querySelectorAll("[data-says][id]")) {
      const words = element.innerText.trim();
      if (said.get(element.id) !== words) news.push(words);
      said.set(element.id, words);
    }
    if (aloud && news.length) voice.textContent = news.join(" ");
  }

  // Where the link that was followed is swapped away, the reader goes on at what took its place.
  let catcher = "";
  document.addEventListener("htmx:before:swap", () => {
    const around = document.activeElement && document.activeElement.closest("[data-catches-focus]");
    catcher = around ? around.id : "";
  });
  function catchFocus() {
    const element = catcher && document.activeElement === document.body && document.getElementById(catcher);
    if (element) element.focus();
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

  function begin() {
    prepare(document);
    say(false);
  }

  document.addEventListener("htmx:after:swap", (event) => {
    prepare(event.target.parentElement || document);
    say(true);
    catchFocus();
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
