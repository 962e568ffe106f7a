import { explain, openClassifier, predict, readRelataLines, type Classifier, type ModelFiles } from "../../browser.ts";
import type { ExplanationRequest, RelationsRequest, RelationsResponse, ServerInfo } from "../../client/schemas.ts";

import type { Downloaded } from "../parts/loading.tsx";
import type { Processor, ProcessorState } from "../parts/processor.ts";
import { keep, readFresh, readKept } from "./kept.ts";
import { chosenIn, findGpu } from "./processor.ts";
import { at, createSession, wasmFile, gpuSessions, onnxruntime } from "./sessions.ts";
import { requireThere, wholeFile } from "./whole-file.ts";
import { version } from "../../../package.json";

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
/** How much of the weights has come; undefined once they are there. */
export interface Progress {
  readonly progress: Downloaded | undefined;
}

const thread = globalThis as unknown as {
  postMessage: (answer: Answer | Progress) => void;
  addEventListener: (name: "message", take: (event: { readonly data: Question }) => void) => void;
  readonly location: Location;
};

interface Manifest {
  readonly files: Readonly<Record<string, { readonly sha256: string }>>;
}

const weightsName = "model.safetensors";

/** The files of a model, and its weights, which are many and come last. */
interface Reading {
  readonly files: ModelFiles;
  readonly weights: Promise<Uint8Array<ArrayBuffer>>;
}

const sayProgress = (progress: Downloaded | undefined): void => thread.postMessage({ progress });

/** Reads the model of the page. A browser without room for its files keeps none of them. */
async function readModel(): Promise<Reading> {
  const manifestUrl = at("model/relata.json");
  const text = await (await readFresh(manifestUrl)).text();
  const { files } = JSON.parse(text) as Manifest;
  // The report and the metrics of the training are for people.
  const names = Object.keys(files).filter((name) => !/\.(?:md|html)$|^metrics\./.test(name));
  const urlOf = (name: string): string => at(`model/${name}?${files[name]!.sha256.slice(0, 16)}`);
  const bytesOf = async (name: string): Promise<Uint8Array<ArrayBuffer>> =>
    wholeFile(urlOf(name), await readKept(urlOf(name)), name === weightsName ? sayProgress : undefined);
  const weights = bytesOf(weightsName).finally(() => sayProgress(undefined));
  weights.catch(() => {});
  const read = async (name: string) =>
    [name, /\.(?:json|txt)$/.test(name) ? await (await readKept(urlOf(name))).text() : await bytesOf(name)] as const;
  const others = await Promise.all(names.filter((name) => name !== weightsName).map(read));
  const keepAll = async (): Promise<void> => {
    const all = [...others, [weightsName, await weights] as const];
    await keep(new Map([[manifestUrl, text], ...all.map(([name, content]) => [urlOf(name), content] as const)]));
  };
  // Once somebody may have an answer.
  void opening.finally(() => setTimeout(() => void keepAll().catch(() => {}), 2000)).catch(() => {});
  return { files: { "relata.json": text, ...Object.fromEntries(others) }, weights };
}

const gpu = findGpu();
/** The processor that computes, and why, once the model is open. */
let state: ProcessorState = { used: "cpu" };

/** Opens a model on a processor. */
async function openOn(processor: Processor, files: ModelFiles, weights?: Reading["weights"]): Promise<Classifier> {
  const isWebGpu = processor === "gpu";
  const sessions = isWebGpu ? await gpuSessions() : createSession;
  return openClassifier(files, sessions, { takesExternalData: true, isWebGpu, ...(weights ? { weights } : {}) });
}

/** Opens the model of the page on the processor that is wanted, or on the CPU if the GPU does not take it. */
async function open(wanted: Processor | undefined): Promise<Classifier> {
  const reading = readModel();
  reading.catch(() => {});
  const found = await gpu;
  const used = wanted ?? (found && !found.isSoftware ? "gpu" : "cpu");
  const described = found ? { gpu: found.name } : {};
  if (used === "gpu" && found) {
    const { files, weights } = await reading;
    try {
      const opened = await openOn("gpu", files, weights);
      state = { used, ...described };
      return opened;
    } catch (error) {
      state = { used: "cpu", ...described, failure: (error as Error).message };
      return openOn("cpu", files, weights);
    }
  }
  state = { used: "cpu", ...described };
  // The runtime, which is fetched and compiled with its first session, is made ready while the model is read.
  void createSession(new Uint8Array()).catch(() => {});
  const { files, weights } = await reading;
  try {
    return await openOn("cpu", files, weights);
  } catch (error) {
    // ONNX Runtime does not name the file that it could not fetch.
    if ((await weights.catch(() => undefined)) !== undefined) await requireThere(at(wasmFile));
    throw error;
  }
}

let opening = open(chosenIn(thread.location.href));
opening.catch(() => {});

/** The model of the page, and the one that was trained in this tab, which comes first once it is there. */
const [pageModel, tabModel] = ["model", "trained-here"] as const;
let trained: Classifier | undefined;
let trainedFiles: ModelFiles | undefined;

async function classifierOf(name: string | undefined): Promise<Classifier> {
  return trained && name !== pageModel ? trained : opening;
}

async function useTrained(files: ModelFiles): Promise<void> {
  const former = trained;
  trained = await openOn(state.used, files);
  trainedFiles = files;
  await former?.scorer.dispose();
}

/** Opens the models anew on another processor. */
async function choose(processor: Processor): Promise<ProcessorState> {
  const former = await opening;
  opening = open(processor);
  await opening;
  await former.scorer.dispose();
  if (trainedFiles) await useTrained(trainedFiles);
  return state;
}

async function processorState(): Promise<ProcessorState> {
  await opening;
  return state;
}

const factsOf = (name: string, { manifest, id2label }: Classifier): ServerInfo["models"][number] => {
  const none = manifest?.labels.noRelationLabel;
  return {
    name,
    version: "1",
    ready: true,
    source: name,
    kind: "pair",
    finds: false,
    explains: true,
    labels: [...id2label],
    ...(none ? { noRelationLabel: none } : {}),
    entityTypes: [...(manifest?.entityTypes ?? [])],
  };
};

async function information(): Promise<ServerInfo> {
  const models = [...(trained ? [factsOf(tabModel, trained)] : []), factsOf(pageModel, await opening)];
  const limits = { maxBody: 0, maxDocs: 1, maxSpans: 500, maxChars: 100_000, maxQueue: 0, batchTokens: 0, deadline: 0 };
  return { relata: version, onnxruntime, models, limits, annotates: true };
}

/** Documents of a file: lines of Relata's format, or a text for each line of a plain one. */
function read({ name, text }: { readonly name: string; readonly text: string }): unknown {
  if (/\.jsonl?$/i.test(name)) return { documents: readRelataLines(name, text) };
  if (!/\.txt$/i.test(name))
    throw new Error(
      `${name}: this tab reads texts as .txt, one in each line, and JSON Lines in Relata's format. Of other formats a machine with Relata makes a file that opens here: relata data convert "${name}" documents.jsonl --to relata.`,
    );
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return { documents: lines.map((line, i) => ({ id: `${name}:${i + 1}`, text: line, entities: [], relations: [] })) };
}

async function relations({ model, documents: [document] }: RelationsRequest): Promise<RelationsResponse> {
  const { text, entities = [] } = document!;
  const given = entities as { start: number; end: number; type?: string }[];
  const answers = await predict(await classifierOf(model), { text, entities: given });
  return {
    model: model ?? pageModel,
    version: "1",
    documents: [
      {
        entities: given.map(({ start, end, type = "" }) => ({ start, end, type, text: text.slice(start, end) })),
        relations: answers.map(({ head, tail, labels, probabilities, threshold, unscored }) => ({
          head,
          tail,
          label: labels[0]!,
          probability: probabilities[labels[0]!] ?? 0,
          probabilities: { ...probabilities },
          ...(threshold === undefined ? {} : { threshold }),
          ...(unscored === undefined ? {} : { unscored }),
        })),
      },
    ],
  };
}

async function answer({ path, body }: Question): Promise<unknown> {
  if (path === "/info") return information();
  if (path === "/v1/relations") return relations(body as RelationsRequest);
  if (path === "/tab/model") return useTrained(body as ModelFiles);
  if (path === "/tab/processor") return body ? choose((body as { processor: Processor }).processor) : processorState();
  if (path === "/tab/read") return read(body as Parameters<typeof read>[0]);
  if (path.startsWith("/page/examples/")) return { documents: [] };
  if (path === "/v1/explanations") {
    const { model, document, head, tail, label } = body as ExplanationRequest;
    const explanation = await explain(await classifierOf(model), document, { head, tail, label });
    return { model: model ?? pageModel, version: "1", ...explanation };
  }
  throw new Error("this page has no server");
}

thread.addEventListener("message", ({ data }) => {
  answer(data).then(
    (json) => thread.postMessage({ id: data.id, status: 200, json }),
    (error: unknown) => thread.postMessage({ id: data.id, status: 500, json: { error: (error as Error).message } }),
  );
});
