// Measuring without a signal: the form is kept on the device, the queue sends it when it can.
(() => {
  "use strict";

  const drafts = window.portalDrafts;
  const box = document.querySelector("[data-away]");
  const list = document.querySelector("[data-queue]");
  const data = (box || list || { dataset: {} }).dataset;
  if (!drafts || !window.indexedDB || !(box || list)) return;

  if ("serviceWorker" in navigator && data.worker) {
    navigator.serviceWorker.register(data.worker).catch(() => {});
  }
  if (data.status && navigator.onLine) drafts.ask(data.status).catch(() => {});

  // --- the form --------------------------------------------------------------------------------

  const correcting = new URLSearchParams(location.search).get("draft");

  function cityTime() {
    const options = data.zone ? { timeZone: data.zone } : {};
    return new Date().toLocaleString("sv-SE", options).replace(" ", "T").slice(0, 16);
  }

  async function fill(form) {
    const draft = correcting && (await drafts.get(correcting));
    if (!draft) return;
    for (const [name, value] of Object.entries(draft.fields)) {
      const field = form.elements.namedItem(name);
      if (!field) continue;
      if (field instanceof RadioNodeList) field.value = value;
      else if (field.type === "checkbox") field.checked = true;
      else field.value = value;
      const folded = value && field.closest && field.closest("details");
      if (folded) folded.open = true; // what is to be corrected must be seen
    }
    const chooser = form.elements.namedItem("photo");
    if (chooser && draft.photo) {
      const files = new DataTransfer();
      files.items.add(draft.photo);
      chooser.files = files.files;
    }
    if (form.elements.lat) form.elements.lat.dispatchEvent(new Event("change", { bubbles: true }));
    say(draft.problems.join(" "));
  }

  function say(words) {
    const place = box.querySelector("[data-away-said]") || document.getElementById("messages");
    if (place && words) {
      place.hidden = false;
      place.textContent = words;
      place.scrollIntoView({ block: "center" });
    }
  }

  function lacks(form) {
    const value = (name) => (form.elements.namedItem(name) || { value: "" }).value;
    return !(value("lat") && value("lon")) && !value("district");
  }

  /** A number the portal would not take is said now: later nobody is there to measure again. */
  function checkNumbers(form) {
    for (const field of form.querySelectorAll("[data-from][data-to]")) {
      const number = Number(field.value.trim().replace(",", "."));
      const fine = !field.value.trim() || (number >= Number(field.dataset.from) && number <= Number(field.dataset.to));
      field.setCustomValidity(fine ? "" : document.getElementById(`hint-${field.name}`).textContent);
    }
  }

  async function keep(form) {
    checkNumbers(form);
    if (!form.reportValidity()) return;
    if (lacks(form)) { say(data.nowhere); return; }
    await drafts.keep({ key: correcting, slug: data.campaign, action: data.action, title: data.title, shown: JSON.parse(data.shown || "{}") }, new FormData(form));
    const ready = navigator.serviceWorker && (await navigator.serviceWorker.getRegistration());
    if (ready && ready.sync) ready.sync.register("measurements").catch(() => {});
    location.assign(data.away);
  }

  if (box) {
    const form = box.querySelector("form");
    const copy = "kept" in data;
    if (copy) {
      const time = form.elements.namedItem("phenomenon_time");
      if (!time.value) time.value = cityTime();
    }
    fill(form);
    form.addEventListener("submit", (event) => {
      const act = event.submitter ? event.submitter.value : "";
      if (!copy && !correcting && navigator.onLine) return;
      if (["find", "drop"].includes(act) && navigator.onLine && !copy) return;
      event.preventDefault();
      keep(form);
    });
  }

  // --- the queue -------------------------------------------------------------------------------

  /** What was measured, as a measurement's own page says it: with its unit, or by its name. */
  function valueOf({ result = "", unit = "", names = {} }) {
    if (names[result]) return names[result][document.documentElement.lang] || Object.values(names[result])[0];
    const number = Number(result.replace(",", "."));
    const words = Number.isFinite(number) ? new Intl.NumberFormat(list.dataset.locale, { maximumFractionDigits: 6 }).format(number) : result;
    return unit ? `${words}\u00a0${unit}` : words;
  }

  /** The city's time as it was written: the form asks for it, so no other clock comes in. */
  function timeOf({ time = "" }) {
    const at = new Date(`${time}Z`);
    if (Number.isNaN(at.getTime())) return time;
    return new Intl.DateTimeFormat(list.dataset.locale, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(at);
  }

  function item(draft) {
    const row = document.getElementById("queue-row").content.cloneNode(true);
    const part = (name) => row.querySelector(`[data-part="${name}"]`);
    const mine = draft.state !== "other";
    const shown = { result: draft.fields.result, time: draft.fields.phenomenon_time, ...draft.shown };
    part("title").textContent = mine ? (shown.result && valueOf(shown)) || draft.title : list.dataset.other;
    part("badge").textContent = list.querySelector(`[data-state="${draft.state}"]`).textContent;
    part("badge").className = `badge badge--${{ sent: "good", refused: "bad", waiting: "info", sending: "info" }[draft.state] || "warn"}`;
    part("meta").replaceChildren(...(mine ? [draft.title, timeOf(shown)] : []).filter(Boolean).map((words) => {
      const one = document.createElement("li");
      one.textContent = words;
      return one;
    }));
    part("why").textContent = draft.state === "refused" ? draft.problems.join(" ") : "";
    const link = (name, address) => (address ? part(name).setAttribute("href", address) : part(name).remove());
    link("see", draft.state === "sent" && draft.url);
    link("correct", mine && !["sent", "sending"].includes(draft.state) && `${draft.action}/new?draft=${encodeURIComponent(draft.key)}`);
    link("sign", draft.state === "sign-in" && list.dataset.signIn);
    part("delete").addEventListener("click", async () => { await drafts.remove(draft.key); await show(); list.querySelector("h2, p").focus(); });
    return row;
  }

  async function show() {
    const found = await drafts.all();
    const rows = list.querySelector("[data-rows]");
    rows.replaceChildren(...found.map(item));
    list.querySelector("[data-none]").hidden = found.length > 0;
    for (const element of list.querySelectorAll("[data-some]")) element.hidden = !found.length;
    const unsent = found.filter((draft) => draft.state !== "sent").length;
    const words = list.querySelector(unsent ? "[data-left]" : "[data-done]").textContent.replace("{n}", String(unsent));
    const told = list.querySelector("[data-told]");
    if (found.length && told.textContent !== words) told.textContent = words;
    if (!found.length) told.textContent = "";
  }

  if (list) {
    let pause = 1000; // ms, doubled while the signal does not carry
    let again = 0;
    const go = async () => {
      clearTimeout(again);
      const done = navigator.onLine && (await drafts.send(data.status, show).catch(() => false));
      await show();
      pause = done ? 1000 : Math.min(pause * 2, 30000);
      clearTimeout(again); // two that met leave one turn
      again = setTimeout(() => (document.hidden ? undefined : go()), done ? 30000 : pause);
    };
    const now = () => { pause = 1000; return go(); };
    list.querySelector("[data-send]").addEventListener("click", now);
    list.querySelector("[data-delete-all]").addEventListener("click", () => drafts.clear().then(show));
    window.addEventListener("online", now);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) now(); });
    drafts.hear(show);
    show().then(go);
  }
})();
