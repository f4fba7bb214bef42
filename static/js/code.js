// A scanned code stands behind the # of the address: into the field, and out of the address.
"use strict";
const field = document.querySelector("[data-scanned-code]");
const scanned = decodeURIComponent(location.hash.slice(1));
if (field && /^[0-9A-Za-z-]{12,24}$/.test(scanned)) {
  field.value = scanned;
  history.replaceState(null, "", location.pathname + location.search);
  field.form.querySelector("button[type=submit]").focus();
}
