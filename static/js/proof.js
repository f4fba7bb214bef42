// The device's small check before a first vote by e-mail: work for about a second (ALTCHA, version 2).
// Where the browser cannot do it, the form stays as it is and a minute's wait takes its place.
(() => {
  "use strict";

  const field = document.querySelector("[data-proof]");
  if (!field || !globalThis.crypto || !crypto.subtle) return;

  const says = document.querySelector("[data-proof-says]");
  const waits = document.querySelector("[data-proof-waits]");
  const challenge = JSON.parse(field.dataset.proof);
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;

  const bytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
  const hex = (found) => Array.from(found, (one) => one.toString(16).padStart(2, "0")).join("");
  const tell = (words) => { says.textContent = words; says.hidden = false; };

  async function derived(counter) {
    const start = bytes(nonce);
    const password = new Uint8Array(start.length + 4);
    password.set(start);
    new DataView(password.buffer).setUint32(start.length, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
    return hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8)));
  }

  async function solve() {
    for (let counter = 0; counter < 2 ** 32; counter += 1) {
      const derivedKey = await derived(counter);
      if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
    }
    return null;
  }

  let pressed = null;
  field.form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (field.value || !button || button.name !== "confirm") return;
    event.preventDefault(); // sent as soon as the check is done
    pressed = button;
  });

  if (waits) waits.hidden = true;
  tell(says.dataset.working);
  solve().then((solution) => {
    field.value = btoa(JSON.stringify({ challenge, solution }));
    tell(says.dataset.done);
    if (pressed) field.form.requestSubmit(pressed);
  }).catch(() => {
    says.hidden = true;
    if (waits) waits.hidden = false;
    field.remove();
  });
})();
