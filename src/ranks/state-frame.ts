import type { ParameterSpec, Weights } from "../nn/parameters.ts";
import type { LoopState, TrainingState } from "../training/state.ts";
import type { Frame } from "./channel.ts";
import type { ArrayHeader, HeaderOf } from "./frames.ts";

type NumberArray = Float32Array | Int32Array;

const headerOf = ([name, array]: readonly [string, NumberArray]): ArrayHeader => ({
  name,
  type: array instanceof Int32Array ? "int32" : "float32",
  length: array.length,
});

const learning = (specs: readonly ParameterSpec[]): readonly string[] =>
  specs.filter(({ trainable }) => trainable !== false).map(({ name }) => name);

/** Makes the frame of all that a rank starts with: the weights that learn, and the state of a run that is resumed. */
export function stateFrame(
  weights: Weights,
  specs: readonly ParameterSpec[],
  training: TrainingState | undefined,
): [HeaderOf<"state">, NumberArray[]] {
  const ofWeights = learning(specs).map((name): [string, NumberArray] => [name, weights.get(name)!.data]);
  const ofOptimizer = [...(training?.optimizer.arrays ?? [])];
  const header: HeaderOf<"state"> = {
    type: "state",
    weights: ofWeights.map(headerOf),
    loop: training && encodeLoop(training.loop),
    optimizerStep: training?.optimizer.step ?? 0,
    optimizer: ofOptimizer.map(headerOf),
  };
  return [header, [...ofWeights, ...ofOptimizer].map(([, array]) => array)];
}

/** Puts the weights of a frame in the place of these; returns the state to resume from, if there is one. */
export function takeState(
  { header, body }: Frame<"state">,
  weights: Weights,
  specs: readonly ParameterSpec[],
): TrainingState | undefined {
  let at = 0;
  const take = ({ type, length }: ArrayHeader): NumberArray => {
    const array = type === "int32" ? new Int32Array(body, at, length) : new Float32Array(body, at, length);
    at += 4 * length;
    return array;
  };
  const sent = new Map(header.weights.map((one) => [one.name, take(one)]));
  for (const name of learning(specs)) weights.get(name)!.data.set(sent.get(name)!);
  if (header.loop === undefined) return undefined;
  // The body is overwritten by the next frame.
  const arrays = new Map(header.optimizer.map((one) => [one.name, take(one).slice()]));
  return { loop: decodeLoop(header.loop as EncodedLoop), optimizer: { step: header.optimizerStep, arrays } };
}

type EncodedLoop = Omit<LoopState, "best"> & {
  readonly best: Omit<LoopState["best"], "value"> & { readonly value: string };
};

/** JSON has no infinity, which is the best score before the first evaluation. */
const encodeLoop = ({ best, ...loop }: LoopState): EncodedLoop => ({
  ...loop,
  best: { ...best, value: String(best.value) },
});

const decodeLoop = ({ best, ...loop }: EncodedLoop): LoopState => ({
  ...loop,
  best: { ...best, value: Number(best.value) },
});
