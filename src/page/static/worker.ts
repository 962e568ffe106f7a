import * as ort from "onnxruntime-web/wasm";
import {
  explain,
  openClassifier,
  predict,
  type Classifier,
  type CreateSession,
  type TensorValue,
} from "../../browser.ts";
import type { ExplanationRequest, RelationsRequest, RelationsResponse, ServerInfo } from "../../client/schemas.ts";

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

ort.env.wasm.wasmPaths = { wasm: at("ort-wasm-simd-threaded.wasm") };
// More threads need headers that a plain file server does not send.
ort.env.wasm.numThreads = 1;

const createSession: CreateSession = async (graph) => {
  const session = await ort.InferenceSession.create(graph);
  return {
    run: async (feeds) => {
      const inputs: Record<string, ort.Tensor> = {};
      for (const name of session.inputNames) {
        const { dtype, data, dims } = feeds.get(name)!;
        inputs[name] = new ort.Tensor(dtype as "float32", data as Float32Array, dims);
      }
      const outputs = await session.run(inputs);
      return new Map(
        Object.entries(outputs).map(([name, { type, data, dims }]) => [
          name,
          { dtype: type, data, dims } as TensorValue,
        ]),
      );
    },
    dispose: () => session.release(),
  };
};

async function read(name: string): Promise<string | Uint8Array> {
  const response = await fetch(at(`model/${name}`));
  if (!response.ok) throw new Error(`model/${name} is not there (HTTP ${response.status})`);
  return /\.(?:json|txt|md)$/.test(name) ? response.text() : new Uint8Array(await response.arrayBuffer());
}

async function open(): Promise<Classifier> {
  const manifest = JSON.parse((await read("relata.json")) as string) as { files: Record<string, unknown> };
  const names = ["relata.json", ...Object.keys(manifest.files).filter((name) => !name.endsWith(".md"))];
  const contents = await Promise.all(names.map(read));
  return openClassifier(Object.fromEntries(names.map((name, i) => [name, contents[i]!])), createSession);
}
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
  return { relata: "", onnxruntime: ort.env.versions.web ?? "", models: [model], limits, annotates: false };
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
