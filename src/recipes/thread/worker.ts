// The thread on which models run: ONNX Runtime blocks whoever calls it.
import { parentPort } from "node:worker_threads";
import { evaluate } from "../evaluate.ts";
import { resolveModel } from "../model-source.ts";
import { openModel, type EntityModel, type PairModel } from "../open-model.ts";
import { predictEntities } from "../predict-entities.ts";
import { predict } from "../predict.ts";
import { train, type RunControl } from "../train.ts";
import { serializeError, type Call, type RecipeName, type Recipes, type Reply } from "./protocol.ts";

if (!parentPort) throw new Error("internal: this file runs in a worker thread only");
const port = parentPort;
const reply = (message: Reply): void => port.postMessage(message);

let opened: PairModel | EntityModel | undefined;

type Run<Name extends RecipeName> = (
  given: Recipes[Name]["arguments"],
  control: RunControl,
) => AsyncGenerator<Recipes[Name]["event"], Recipes[Name]["result"]>;

const recipes: { [Name in RecipeName]: Run<Name> } = {
  train: ({ paths, config, sources }, control) => train(paths, config, { ...control, sources }),
  evaluate: ({ folder, paths, config }, control) => evaluate(folder, paths, config, control),
  open: async function* ({ folder, config }, { shouldStop }) {
    await opened?.dispose();
    opened = await openModel(yield* resolveModel(folder, shouldStop), {
      intraOpNumThreads: config.threads,
      noRelationLabel: config.noRelationLabel,
    });
    const { kind, manifest, notes } = opened;
    const labels = opened.kind === "pair" ? opened.schema.id2label : opened.id2label;
    const noRelationLabel = opened.kind === "pair" ? opened.schema.noRelationLabel : undefined;
    return { kind, labels, noRelationLabel, entityTypes: manifest?.entityTypes ?? [], notes };
  },
  predict: async function* ({ inputs, config }, { shouldStop }) {
    if (!opened) throw new Error("internal: no model was opened on this thread");
    return opened.kind === "pair"
      ? predict(opened, inputs, config, shouldStop)
      : predictEntities(opened, inputs, config, shouldStop);
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
