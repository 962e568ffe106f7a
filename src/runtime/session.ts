import { InferenceSession as OrtSession, Tensor as OrtTensor } from "onnxruntime-node";
import { canSkipOutputCopy, withoutOutputCopy, withSequenceFirst } from "./uncopied-outputs.ts";
import { uninterrupted } from "../uninterrupted.ts";
import { ortOptions, type SessionOptions } from "./ort-options.ts";
import type { TensorValue } from "./values.ts";

export type { SessionOptions } from "./ort-options.ts";
export { float32, floats, int32, type TensorValue } from "./values.ts";

/**
 * A graph ready to run. `run` blocks its thread while it computes (onnxruntime-node 1.30 runs synchronously inside an
 * async function), so a process that answers requests or signals keeps sessions on a worker thread.
 */
export interface InferenceSession {
  /** Runs the graph; feeds are read in place, fetched arrays belong to the caller. */
  run(feeds: ReadonlyMap<string, TensorValue>): Promise<Map<string, TensorValue>>;
  dispose(): Promise<void>;
}

/** A session whose outputs are written into arrays of its owner. */
export interface InPlaceSession {
  /**
   * Runs the graph; every output is written into the value given for it, whose sizes must be those that it has. An
   * output may stand where an input stands if only one op reads the input, and the op that writes the output comes
   * after it in every order, or reads each element just before it writes it.
   */
  runInto(feeds: ReadonlyMap<string, TensorValue>, outputs: ReadonlyMap<string, TensorValue>): Promise<void>;
  dispose(): Promise<void>;
}

const ortTensor = ({ dtype, data, dims }: TensorValue): OrtTensor => new OrtTensor(dtype, data as Float32Array, dims);

function inputsOf(session: OrtSession, feeds: ReadonlyMap<string, TensorValue>): Record<string, OrtTensor> {
  const inputs: Record<string, OrtTensor> = {};
  for (const name of session.inputNames) {
    const value = feeds.get(name);
    if (!value) throw new Error(`run: nothing is fed to graph input "${name}"`);
    inputs[name] = ortTensor(value);
  }
  return inputs;
}

/**
 * Compiles a ModelProto that this program made. Never give it a file that came from elsewhere: ONNX is not safe to
 * load.
 */
export async function createSession(model: Uint8Array, options: SessionOptions = {}): Promise<InferenceSession> {
  const session = await uninterrupted(() => OrtSession.create(model, ortOptions(options)));
  return {
    async run(feeds) {
      const results = new Map<string, TensorValue>();
      const outputs = await uninterrupted(() => session.run(inputsOf(session, feeds)));
      for (const [name, tensor] of Object.entries(outputs)) {
        results.set(name, {
          dtype: tensor.type as TensorValue["dtype"],
          dims: tensor.dims,
          data: tensor.data as TensorValue["data"],
        });
      }
      return results;
    },
    dispose: () => uninterrupted(() => release(session, options)),
  };
}

/** Compiles as createSession does, for a graph whose outputs are large: none is copied. */
export async function createInPlaceSession(model: Uint8Array, options: SessionOptions = {}): Promise<InPlaceSession> {
  const spared = await canSkipOutputCopy();
  const source = spared ? withSequenceFirst(model) : model;
  const session = await uninterrupted(() => OrtSession.create(source, ortOptions(options)));
  return {
    async runInto(feeds, outputs) {
      const inputs = inputsOf(session, feeds);
      const targets = Object.fromEntries([...outputs].map(([name, value]) => [name, ortTensor(value)]));
      if (spared) return uninterrupted(() => withoutOutputCopy(session, inputs, targets));
      const results = await uninterrupted(() => session.run(inputs, targets));
      for (const [name, { data }] of outputs) (data as Float32Array).set(results[name]!.data as Float32Array);
    },
    dispose: () => uninterrupted(() => release(session, options)),
  };
}

async function release(session: OrtSession, { profilePrefix }: SessionOptions): Promise<void> {
  if (profilePrefix !== undefined) session.endProfiling();
  await session.release();
}
