import { laterFiles, shellCache, shellFiles } from "./kept.ts";

/**
 * Keeps the page itself for the time without network: files come from the server where there is one, which may have newer
 * ones, else from what was kept. The model's files are kept by the page's own thread (kept.ts).
 */

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetched extends Extendable {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
const scope = globalThis as unknown as {
  addEventListener(name: "install" | "activate", take: (event: Extendable) => void): void;
  addEventListener(name: "fetch", take: (event: Fetched) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  readonly location: Location;
};
const urlsOf = (names: readonly string[]): string[] => names.map((name) => new URL(name, scope.location.href).href);
const urls = urlsOf([...shellFiles, ...laterFiles]);

scope.addEventListener("install", (event) => {
  event.waitUntil(caches.open(shellCache).then((cache) => cache.addAll(urlsOf(shellFiles))));
  void scope.skipWaiting();
});
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = request.url.replace(/[?#].*/, "");
  if (request.method === "GET" && urls.includes(url)) event.respondWith(answer(request, url));
});

async function answer(request: Request, url: string): Promise<Response> {
  const cache = await caches.open(shellCache);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(url, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(url);
    if (kept) return kept;
    throw error;
  }
}
