import { setBackend } from "../parts/api.ts";
import { begin } from "../page.tsx";
import type { Answer, Question } from "./worker.ts";

const worker = new Worker(new URL("worker.js", location.href), { type: "module" });
const waiting = new Map<number, (answer: Answer) => void>();
let count = 0;

worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
  waiting.get(data.id)?.(data);
  waiting.delete(data.id);
});

// The model answers on a thread of its own, so that the page stays quick.
setBackend(async (method, path, body, abort) => {
  const id = count++;
  const question: Question = { id, method, path, body };
  const { status, json } = await new Promise<Answer>((resolve) => {
    waiting.set(id, resolve);
    worker.postMessage(question);
  });
  abort?.throwIfAborted();
  // For programs that look over the page's shoulder: the numbers behind the picture, in full.
  if (path === "/v1/relations" && status === 200) Object.assign(globalThis, { relataAnswer: firstOf(json) });
  return Response.json(json, { status });
});

const firstOf = (json: unknown): unknown => (json as { readonly documents: readonly unknown[] }).documents[0];

// It keeps the page for the time without network; browsers have none for pages of plain http from other machines.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("service-worker.js").catch(() => {});

begin();
