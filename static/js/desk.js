// Keys for desks with a queue (moderation, measurements): everything they do, a button or link on
// the page does as well. A page says data-desk="queue" or "case", marks its rows with data-queue and
// its decisions with data-choices; an element with data-key="x" is pressed by that letter.
(() => {
  "use strict";
  const desk = document.querySelector("[data-desk]");
  if (!desk) return;

  // Single keys can be switched off (WCAG 2.1.4); the choice stays in this browser.
  const STORE = "desk-keys";
  let keysOn = true;
  try {
    keysOn = localStorage.getItem(STORE) !== "off";
  } catch (error) {
    // no storage: the keys are on until the page is left
  }
  const keySwitch = document.querySelector("[data-keys-switch]");
  if (keySwitch) {
    keySwitch.checked = keysOn;
    keySwitch.addEventListener("change", () => {
      keysOn = keySwitch.checked;
      try {
        localStorage.setItem(STORE, keysOn ? "on" : "off");
      } catch (error) {
        // it holds for this page
      }
    });
  }

  const form = document.querySelector("#decide form");
  const choices = [...document.querySelectorAll("[data-choices] input[type=radio]")];

  function follow(selector) {
    const link = document.querySelector(selector);
    if (link) link.click();
    return Boolean(link);
  }

  function choose(number) {
    const choice = choices[number - 1];
    if (!choice) return false;
    choice.checked = true;
    choice.focus();
    return true;
  }

  function confirm() {
    if (!form || !choices.some((choice) => choice.checked)) return false;
    form.requestSubmit();
    return true;
  }

  // Among the rows of the queue the focus moves from link to link.
  function moveBy(step) {
    const links = [...document.querySelectorAll("[data-queue] .row__title a")];
    if (!links.length) return false;
    const here = links.indexOf(document.activeElement);
    links[Math.min(Math.max(here + step, 0), links.length - 1)].focus();
    return true;
  }

  // Words marked with the mouse or the keyboard go to the passages that are to be removed.
  function takeMarked() {
    const area = document.getElementById("field-passages");
    const marked = String(document.getSelection()).trim();
    if (!area || !marked) return false;
    area.closest("details").open = true;
    area.value = (area.value ? `${area.value.replace(/\n*$/, "")}\n` : "") + marked;
    const redact = choices.find((choice) => choice.value === "redact");
    if (redact) redact.checked = true;
    area.focus();
    return true;
  }

  function toggleKeys() {
    const list = document.querySelector("[data-keys]");
    const box = list && list.closest("details");
    if (!box) return false;
    box.open = !box.open;
    if (box.open) box.querySelector("summary").focus();
    return true;
  }

  function undo() {
    const button = document.querySelector("[data-undo] button");
    if (button) button.click();
    return Boolean(button);
  }

  function write() {
    const area = document.getElementById("field-reason");
    if (area) area.focus();
    return Boolean(area);
  }

  function press(key) {
    const element = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (element) element.click();
    return Boolean(element);
  }

  const queue = desk.dataset.desk === "queue";
  const next = () => (queue ? moveBy(1) : follow("a[rel=next]"));
  const before = () => (queue ? moveBy(-1) : follow("a[rel=prev]"));
  const DOES = {
    j: next, k: before, u: undo, r: takeMarked, w: write, "?": toggleKeys,
    ...(queue ? { ArrowDown: next, ArrowUp: before } : { ArrowRight: next, ArrowLeft: before }),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.target;
    const writing = at.closest("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (writing) {
      if (event.key === "Escape") writing.blur();
      return;
    }
    if (!keysOn || at.closest(".map")) return;
    const radio = at.matches("input[type=radio]");
    if (radio && event.key.startsWith("Arrow")) return; // arrows choose among these by themselves
    let done = false;
    if (/^[1-9]$/.test(event.key)) done = choose(Number(event.key));
    else if (event.key === "Enter" && !queue && (at === document.body || radio || at.id === "content")) done = confirm();
    else if (Object.hasOwn(DOES, event.key)) done = DOES[event.key]();
    else if (/^[a-z]$/.test(event.key)) done = press(event.key);
    if (done) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-take-marked]")) takeMarked();
  });
})();
