// Measurements kept on this device until they are sent. Used by pages and by the service worker.
(() => {
  "use strict";

  const NAME = "portal-measurements";
  const [DRAFTS, FACTS] = ["drafts", "facts"];
  const PATIENCE = 60000; // ms: a photo over a weak signal
  const UNSENT = ["waiting", "sending", "sign-in"];

  function open() {
    return new Promise((done, failed) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(DRAFTS, { keyPath: "key" });
        request.result.createObjectStore(FACTS);
      };
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  }

  async function run(store, mode, work) {
    const database = await open();
    try {
      return await new Promise((done, failed) => {
        const change = database.transaction(store, mode);
        const request = work(change.objectStore(store));
        change.oncomplete = () => done(request.result);
        change.onabort = change.onerror = () => failed(change.error);
      });
    } finally {
      database.close();
    }
  }

  const get = (key) => run(DRAFTS, "readonly", (store) => store.get(key));
  const all = async () => (await run(DRAFTS, "readonly", (store) => store.getAll())).sort((a, b) => a.at - b.at);
  const remove = (key) => run(DRAFTS, "readwrite", (store) => store.delete(key));
  const clear = () => run(DRAFTS, "readwrite", (store) => store.clear());
  const write = (draft) => run(DRAFTS, "readwrite", (store) => store.put(draft));

  // A form's values as a draft. The key is made here, so that the server knows a second sending.
  async function keep(about, values) {
    const fields = {};
    let photo = null;
    for (const [name, value] of values) {
      if (typeof value === "string") fields[name] = value;
      else if (value.size) photo = value;
    }
    for (const name of ["csrf_token", "act", "kept", "spot", "address"]) delete fields[name];
    fields.idempotency_key = fields.idempotency_key || crypto.randomUUID();
    const key = about.key || fields.idempotency_key;
    const before = await get(key);
    const who = (before && before.who) || (await run(FACTS, "readonly", (store) => store.get("who"))) || "";
    const shown = { ...about.shown, result: fields.result || "", time: fields.phenomenon_time || "" };
    await write({ ...about, shown, key, fields, photo, who, state: "waiting", at: Date.now(), problems: [] });
  }

  // Who is signed in, as an opaque word, and a fresh token for the forms.
  async function ask(status) {
    const answer = await fetch(status, { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error("status");
    const found = await answer.json();
    if (found.who) await run(FACTS, "readwrite", (store) => store.put(found.who, "who"));
    return found;
  }

  async function sendOne(draft, reader) {
    if (!reader.who) return { ...draft, state: "sign-in" };
    if (draft.who && draft.who !== reader.who) return { ...draft, state: "other" };
    await write({ ...draft, state: "sending" });
    const body = new FormData();
    for (const [name, value] of Object.entries(draft.fields)) body.append(name, value);
    body.append("csrf_token", reader.token);
    if (draft.photo) body.append("photo", draft.photo, draft.photo.name || "photo.jpg");
    const answer = await fetch(draft.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.type === "opaqueredirect") return { ...draft, state: "sign-in" };
    if (answer.status >= 500 || answer.status === 429) return { ...draft, state: "waiting" };
    const said = await answer.json();
    if (answer.ok) return { ...draft, state: "sent", url: said.url, fields: {}, photo: null, problems: [] };
    const fields = { ...draft.fields, idempotency_key: crypto.randomUUID() }; // corrected, it is another sending
    const problems = said.problems && said.problems.length ? said.problems.map((one) => one.message) : [said.error];
    return { ...draft, fields, state: "refused", problems };
  }

  const told = new BroadcastChannel(NAME); // pages hear what the service worker sent, and the other way

  // Send what waits, one after the other and in one place at a time: who comes second waits, and
  // finds nothing left to send. True when nothing waits for a signal any more.
  const send = (status, changed = () => {}) => navigator.locks.request(NAME, async () => {
    const waiting = (await all()).filter((draft) => UNSENT.includes(draft.state) || draft.state === "other");
    if (!waiting.length) return true;
    let reader;
    try { reader = await ask(status); } catch (_) { return false; }
    let left = false;
    for (const draft of waiting) {
      let after;
      try { after = await sendOne(draft, reader); } catch (_) { after = { ...draft, state: "waiting" }; }
      if (await get(draft.key)) await write(after); // deleted meanwhile stays deleted
      left = left || after.state === "waiting";
      told.postMessage(draft.key);
      await changed();
    }
    return !left;
  });

  const hear = (changed) => told.addEventListener("message", changed);

  self.portalDrafts = { get, all, remove, clear, keep, ask, send, hear };
})();
