// The service worker of measurements: the form opens without a signal, and what is sent is not lost.
// `about` comes before this file: {version, here, queue, status, pages: {slug: address}, assets}.
/* global about */
(() => {
  "use strict";

  const CACHE = `measurements-${about.version}`;
  const away = new Map(Object.entries(about.pages));

  // Asked for without cookies: nothing of the person who reads is kept.
  async function fill() {
    const cache = await caches.open(CACHE);
    const pages = [about.queue, ...away.values(), ...about.assets];
    await Promise.all(pages.map(async (address) => {
      const answer = await fetch(address, { credentials: "omit", cache: "no-cache" });
      if (answer.ok) await cache.put(address, answer);
    }));
  }

  async function forget() {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("measurements-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
  }

  self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
  self.addEventListener("activate", (event) => event.waitUntil(forget().then(() => self.clients.claim())));
  self.addEventListener("sync", (event) => event.waitUntil(self.portalDrafts.send(about.status)));

  async function kept(address) {
    return (await (await caches.open(CACHE)).match(address)) || Response.error();
  }

  async function first(request, address) {
    try { return await fetch(request); } catch (_) { return kept(address); }
  }

  // A form that could not leave is kept here, and its sender sees the queue.
  async function post(request, slug) {
    const copy = request.clone();
    try {
      return await fetch(request);
    } catch (_) {
      const action = new URL(request.url).pathname;
      await self.portalDrafts.keep({ slug, action, title: about.titles[slug] }, await copy.formData());
      return Response.redirect(about.queue, 303);
    }
  }

  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (url.origin !== self.location.origin) return;
    if (request.method === "GET" && about.assets.includes(url.pathname)) {
      event.respondWith(caches.match(request).then((found) => found || fetch(request)));
    } else if (request.mode === "navigate") {
      const [slug, page] = url.pathname.slice(about.here.length + 1).split("/");
      if (request.method === "POST" && away.has(slug) && !page) event.respondWith(post(request, slug));
      else if (request.method !== "GET") return;
      else if (url.pathname === about.queue) event.respondWith(first(request, about.queue));
      else if (away.has(slug) && page === "new") event.respondWith(first(request, away.get(slug)));
    }
  });
})();
