// Keeps the page for use without a network. VERSION and FILES stand before this; each version has a store of its own.
const STORE = `mnist-studio-reader-${VERSION}`;
const PATIENCE_MS = 4000;
// What an address with a hash in it leads to never changes.
const FINAL = /\/models\/[0-9a-f]+\.tflite$|\/[0-9a-f]{16}\/[\w.]+$/;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { method, cache, url } = event.request;
  // Who asks for a file anew found the one that is kept damaged.
  if (method === "GET" && cache !== "reload" && url.startsWith(self.registration.scope)) event.respondWith(answer(event.request));
});

async function install() {
  const store = await caches.open(STORE);
  await store.addAll(FILES);
  await self.skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  const isOld = (name) => name.startsWith("mnist-studio-reader-") && name !== STORE;
  await Promise.all(names.filter(isOld).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function answer(request) {
  const store = await caches.open(STORE);
  const kept = await store.match(request, { ignoreSearch: request.mode === "navigate", ignoreVary: true });
  if (!kept) return fetch(request);
  if (FINAL.test(new URL(request.url).pathname)) return kept;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, kept));
  return Promise.race([fetch(request).catch(() => kept), late]);
}
