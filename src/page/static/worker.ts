import { explain, openClassifier, predict, type Classifier } from "../../browser.ts";
import type { ExplanationRequest, RelationsRequest, RelationsResponse, ServerInfo } from "../../client/schemas.ts";

import { keep, readFresh, readKept } from "./kept.ts";
import { createSession, onnxruntime } from "./sessions.ts";

/** The model of a static page: it answers on a thread of the browser what the server would. */

export interface Question {
  readonly id: number;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}
export interface Answer {
  readonly id: number;
  readonly status: number;
  readonly json: unknown;
}

const thread = globalThis as unknown as {
  postMessage: (answer: Answer) => void;
  addEventListener: (name: "message", take: (event: { readonly data: Question }) => void) => void;
  readonly location: Location;
};
const at = (name: string): string => new URL(name, thread.location.href).href;

interface Manifest {
  readonly files: Readonly<Record<string, { readonly sha256: string }>>;
}

async function open(): Promise<Classifier> {
  const manifestUrl = at("model/relata.json");
  const text = await (await readFresh(manifestUrl)).text();
  const { files } = JSON.parse(text) as Manifest;
  // The report and the metrics of the training are for people.
  const names = Object.keys(files).filter((name) => !/\.(?:md|html)$|^metrics\./.test(name));
  const urls = names.map((name) => at(`model/${name}?${files[name]!.sha256.slice(0, 16)}`));
  const contents = await Promise.all(
    urls.map(async (url, i) => {
      const response = await readKept(url);
      return /\.(?:json|txt)$/.test(names[i]!) ? response.text() : new Uint8Array(await response.arrayBuffer());
    }),
  );
  const model = { "relata.json": text, ...Object.fromEntries(names.map((name, i) => [name, contents[i]!])) };
  const opened = await openClassifier(model, createSession, { takesExternalData: true });
  // Once somebody may have an answer; a browser without room for it keeps nothing.
  const kept = new Map([[manifestUrl, text], ...urls.map((url, i) => [url, contents[i]!] as const)]);
  setTimeout(() => void keep(kept).catch(() => {}), 2000);
  return opened;
}

// The runtime, which is fetched and compiled with its first session, is made ready while the model is read.
void createSession(new Uint8Array()).catch(() => {});
const opening = open();
opening.catch(() => {});

const name = "model";

async function information(): Promise<ServerInfo> {
  const { manifest, id2label } = await opening;
  const none = manifest?.labels.noRelationLabel;
  const facts = {
    name,
    version: "1",
    ready: true,
    source: name,
    kind: "pair",
    finds: false,
    explains: true,
    labels: [...id2label],
  };
  const limits = { maxBody: 0, maxDocs: 1, maxSpans: 500, maxChars: 100_000, maxQueue: 0, batchTokens: 0, deadline: 0 };
  const model = {
    ...facts,
    ...(none ? { noRelationLabel: none } : {}),
    entityTypes: [...(manifest?.entityTypes ?? [])],
  };
  return { relata: "", onnxruntime, models: [model], limits, annotates: false };
}

async function relations({ documents: [document] }: RelationsRequest): Promise<RelationsResponse> {
  const { text, entities = [] } = document!;
  const given = entities as { start: number; end: number; type?: string }[];
  const answers = await predict(await opening, { text, entities: given });
  return {
    model: name,
    version: "1",
    documents: [
      {
        entities: given.map(({ start, end, type = "" }) => ({ start, end, type, text: text.slice(start, end) })),
        relations: answers.map(({ head, tail, labels, probabilities, unscored }) => ({
          head,
          tail,
          label: labels[0]!,
          probability: probabilities[labels[0]!] ?? 0,
          probabilities: { ...probabilities },
          ...(unscored === undefined ? {} : { unscored }),
        })),
      },
    ],
  };
}

async function answer({ path, body }: Question): Promise<unknown> {
  if (path === "/info") return information();
  if (path === "/v1/relations") return relations(body as RelationsRequest);
  if (path.startsWith("/page/examples/")) return { documents: [] };
  if (path === "/v1/explanations") {
    const { document, head, tail, label } = body as ExplanationRequest;
    const explanation = await explain(await opening, document, { head, tail, label });
    return { model: name, version: "1", ...explanation };
  }
  throw new Error("this page has no server");
}

thread.addEventListener("message", ({ data }) => {
  answer(data).then(
    (json) => thread.postMessage({ id: data.id, status: 200, json }),
    (error: unknown) => thread.postMessage({ id: data.id, status: 500, json: { error: (error as Error).message } }),
  );
});
