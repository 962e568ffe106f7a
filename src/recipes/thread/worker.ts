// The thread on which models run: ONNX Runtime blocks whoever calls it.
import { parentPort, workerData } from "node:worker_threads";
import { passThrough } from "../../uninterrupted.ts";
import { resolveModel } from "../model-source.ts";
import { shownTypes } from "../shown-types.ts";
import { openModel, type EntityModel, type PairModel } from "../open-model.ts";
import type { RunControl } from "../train.ts";
import { serializeError, type Call, type RecipeName, type Recipes, type Reply, type ThreadData } from "./protocol.ts";

if (!parentPort) throw new Error("internal: this file runs in a worker thread only");
const port = parentPort;
passThrough((workerData as ThreadData).gate);
const reply = (message: Reply): void => port.postMessage(message);

let opened: PairModel | EntityModel | undefined;

type Run<Name extends RecipeName> = (
  given: Recipes[Name]["arguments"],
  control: RunControl,
) => AsyncGenerator<Recipes[Name]["event"], Recipes[Name]["result"]>;

// A prediction does not wait until training is loaded.
const recipes: { [Name in RecipeName]: Run<Name> } = {
  train: async function* ({ paths, config, sources }, control) {
    const { train } = await import("../train.ts");
    return yield* train(paths, config, { ...control, sources });
  },
  evaluate: async function* ({ folder, paths, config }, control) {
    const { evaluate } = await import("../evaluate.ts");
    return yield* evaluate(folder, paths, config, control);
  },
  curve: async function* ({ paths, config }, control) {
    const { curve } = await import("../curve.ts");
    return yield* curve(paths, config, control);
  },
  open: async function* ({ folder, config }, { shouldStop }) {
    await opened?.dispose();
    opened = await openModel(yield* resolveModel(folder, shouldStop), {
      intraOpNumThreads: config.threads,
      noRelationLabel: config.noRelationLabel,
      dtype: config.dtype,
    });
    const { kind, manifest, notes } = opened;
    const labels = opened.kind === "pair" ? opened.schema.id2label : opened.id2label;
    const noRelationLabel = opened.kind === "pair" ? opened.schema.noRelationLabel : undefined;
    const types = opened.kind === "pair" ? shownTypes(opened) : undefined;
    return { kind, labels, noRelationLabel, entityTypes: manifest?.entityTypes ?? [], notes, shownTypes: types };
  },
  predict: async function* ({ inputs, config }, { shouldStop }) {
    if (!opened) throw new Error("internal: no model was opened on this thread");
    if (opened.kind === "pair") {
      const { predict } = await import("../predict.ts");
      return predict(opened, inputs, config, shouldStop);
    }
    const { predictEntities } = await import("../predict-entities.ts");
    return predictEntities(opened, inputs, config, shouldStop);
  },
};

async function answer(call: Call): Promise<void> {
  const flag = new Int32Array(call.stop);
  try {
    const run = recipes[call.recipe] as Run<RecipeName>;
    const events = run(call.arguments, { shouldStop: () => Atomics.load(flag, 0) === 1 });
    for (;;) {
      const { done, value } = await events.next();
      reply(done ? { id: call.id, result: value } : { id: call.id, event: value });
      if (done) return;
    }
  } catch (error) {
    reply({ id: call.id, error: serializeError(error) });
  }
}

// One call after another: sessions share the cores.
let queue = Promise.resolve();
port.on("message", (call: Call) => {
  queue = queue.then(() => answer(call));
});
