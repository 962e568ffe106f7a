import { missingFile } from "./whole-file.ts";

/** The files that a browser keeps, so that a page that was opened once answers without network as well. */

export const shellCache = "relata-page";
export const shellFiles = [
  "./",
  "index.html",
  "page.js",
  "page.css",
  "worker.js",
  "training-worker.js",
  "ort-wasm-simd-threaded.wasm",
];

/** Files that are kept once the page has read them: a browser without a GPU never does. */
export const laterFiles = ["gpu.js", "ort-wasm-simd-threaded.jspi.wasm"];

const modelCache = "relata-model";

/** Browsers keep nothing for pages of plain http from other machines; these need their server each time. */
const open = (): Promise<Cache | undefined> =>
  "caches" in globalThis ? caches.open(modelCache).catch(() => undefined) : Promise.resolve(undefined);

/** Reads a file from the server or, if there is none, as it was kept. @throws Error if it is nowhere */
export async function readFresh(url: string): Promise<Response> {
  try {
    const response = await fetch(url, { cache: "no-cache" });
    if (response.ok) return response;
    throw missingFile(url, `the server answered ${response.status}`);
  } catch (error) {
    const kept = await (await open())?.match(url);
    if (kept) return kept;
    // The browser itself only says that a fetch failed.
    throw error instanceof TypeError ? missingFile(url, "the server does not answer") : error;
  }
}

/** Reads a file whose address changes with its content: as it was kept if it was, else from the server. */
export async function readKept(url: string): Promise<Response> {
  const kept = await (await open())?.match(url);
  return kept ?? readFresh(url);
}

/** Keeps files by their addresses, and forgets those that were kept before under others. */
export async function keep(files: ReadonlyMap<string, string | Uint8Array<ArrayBuffer>>): Promise<void> {
  const cache = await open();
  if (!cache) return;
  for (const { url } of await cache.keys()) if (!files.has(url)) await cache.delete(url);
  for (const [url, content] of files) if (!(await cache.match(url))) await cache.put(url, new Response(content));
}
