import { annotator, open, opened, order, refresh } from "../annotate/store.ts";
import { messageOf, setBackend } from "../parts/api.ts";
import { downloaded } from "../parts/loading.tsx";
import { processor, type Processor, type ProcessorState } from "../parts/processor.ts";
import { stored } from "../parts/stored.ts";
import { begin } from "../page.tsx";
import { ask, model, start } from "../try/store.ts";
import { chosenIn } from "./processor.ts";
import { TabProject } from "./project.ts";
import { missingFile } from "./whole-file.ts";
import type { Answer, Progress, Question } from "./worker.ts";

/** The processor that was chosen in this browser; empty if none was. */
const preferred = stored<Processor | "">("relata-processor", "", (one) => one === "gpu" || one === "cpu");
const wished = chosenIn(location.href) ?? preferred.value;
const workerUrl = new URL("worker.js", location.href);
if (wished !== "") workerUrl.searchParams.set("processor", wished);

const worker = new Worker(workerUrl, { type: "module" });
const waiting = new Map<number, (answer: Answer) => void>();
let count = 0;
/** Why the thread of the model does not run, if it does not. */
let broken: string | undefined;

worker.addEventListener("message", ({ data }: MessageEvent<Answer | Progress>) => {
  if ("progress" in data) {
    downloaded.value = data.progress;
    return;
  }
  waiting.get(data.id)?.(data);
  waiting.delete(data.id);
});

// An event without a message is that of a file that is not there, else a fault in it.
worker.addEventListener("error", ({ message }) => {
  broken = message || missingFile(new URL("worker.js", location.href).href, "the server does not have it").message;
  for (const [id, take] of waiting) take({ id, status: 500, json: { error: broken } });
  waiting.clear();
});

/** Asks the model, which answers on a thread of its own, so that the page stays quick. */
async function answerOf(method: string, path: string, body: unknown): Promise<Answer> {
  const id = count++;
  const question: Question = { id, method, path, body };
  return new Promise<Answer>((resolve) => {
    if (broken !== undefined) {
      resolve({ id, status: 500, json: { error: broken } });
      return;
    }
    waiting.set(id, resolve);
    worker.postMessage(question);
  });
}

async function answered(path: string, body?: unknown): Promise<unknown> {
  const { status, json } = await answerOf(body === undefined ? "GET" : "POST", path, body);
  if (status !== 200) throw new Error((json as { readonly error: string }).error);
  return json;
}

const project = new TabProject(
  answered,
  // The new model answers in both views from now on.
  () => {
    // The first one: chosen anew.
    model.value = "";
    const shown = opened.value;
    void Promise.all([start(), refresh(), shown && open(shown.number)]);
  },
);

setBackend(async (method, path, body, abort) => {
  if (path.startsWith("/annotate/")) {
    const file = project.file(path);
    if (file) return new Response(file);
    try {
      return Response.json(await project.answer(path, body));
    } catch (error) {
      return Response.json({ error: messageOf(error) }, { status: 500 });
    }
  }
  const { status, json } = await answerOf(method, path, body);
  abort?.throwIfAborted();
  // For programs that look over the page's shoulder: the numbers behind the picture, in full.
  if (path === "/v1/relations" && status === 200) Object.assign(globalThis, { relataAnswer: firstOf(json) });
  return Response.json(json, { status });
});

const firstOf = (json: unknown): unknown => (json as { readonly documents: readonly unknown[] }).documents[0];

// A tab has one annotator, who needs no name, and documents stay in the order of their file.
annotator.value = "-";
order.value = "file";

// It keeps the page for the time without network; browsers have none for pages of plain http from other machines.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("service-worker.js").catch(() => {});

begin();

/** Says which processor computes, and lets it be chosen; the text is answered anew by the other. */
async function showProcessor(chosen?: Processor): Promise<void> {
  const state = (await answered("/tab/processor", chosen && { processor: chosen })) as ProcessorState;
  const choose = (one: Processor): void => {
    preferred.value = one;
    void showProcessor(one).then(ask);
  };
  processor.value = { ...state, choose };
}
showProcessor().catch(() => {});
