import type { InferenceSession as OrtSession, Tensor as OrtTensor } from "onnxruntime-node";
import { uninterrupted } from "../../uninterrupted.ts";
import { ortOptions } from "../ort-options.ts";
import type { InferenceSession, InPlaceSession, SessionOptions } from "../session.ts";
import type { TensorValue } from "../values.ts";
import type { HeldArrays } from "./held-arrays.ts";
import type { Placements } from "./placements.ts";

export const gpuOptions = (options: SessionOptions): OrtSession.SessionOptions => ({
  ...ortOptions(options),
  executionProviders: [{ name: "webgpu" }],
});

function operands(
  session: OrtSession,
  feeds: ReadonlyMap<string, TensorValue>,
  held: HeldArrays,
): Record<string, OrtTensor> {
  const inputs: Record<string, OrtTensor> = {};
  for (const name of session.inputNames) {
    const value = feeds.get(name);
    if (!value) throw new Error(`run: nothing is fed to graph input "${name}"`);
    inputs[name] = held.operand(value);
  }
  return inputs;
}

/** Compiles a graph for the device; its outputs come back as new arrays. */
export async function createGpuSession(
  model: Uint8Array,
  options: SessionOptions,
  held: HeldArrays,
): Promise<InferenceSession> {
  const session = await uninterrupted(() => held.ort.InferenceSession.create(model, gpuOptions(options)));
  return {
    async run(feeds) {
      const outputs = await uninterrupted(() => session.run(operands(session, feeds, held)));
      const results = new Map<string, TensorValue>();
      for (const [name, tensor] of Object.entries(outputs)) {
        const data = tensor.data as TensorValue["data"];
        held.countDown(data.byteLength);
        results.set(name, { dtype: tensor.type as TensorValue["dtype"], dims: tensor.dims, data });
      }
      return results;
    },
    async dispose() {
      if (options.profilePrefix !== undefined) session.endProfiling();
      await uninterrupted(() => session.release());
    },
  };
}

/**
 * Compiles a graph whose outputs are written into given arrays: on the device where the array is held there. Small
 * outputs, such as a loss, are not held and come back. Its first run is profiled if there are `placements` to count.
 */
export async function createInPlaceGpuSession(
  model: Uint8Array,
  options: SessionOptions,
  held: HeldArrays,
  placements?: Placements,
): Promise<InPlaceSession> {
  const profile = await placements?.begin();
  // The fused op of a sum and its layer normalization leaves the mean and deviation unwritten (1.30), which gradients read.
  const disabledOptimizers = [...(options.disabledOptimizers ?? []), "SkipLayerNormFusion"];
  const session = await uninterrupted(() =>
    held.ort.InferenceSession.create(model, {
      ...gpuOptions({ ...options, disabledOptimizers }),
      preferredOutputLocation: "gpu-buffer",
      ...(profile ? { enableProfiling: true, profileFilePrefix: profile.prefix } : {}),
    }),
  );
  let isProfiled = profile !== undefined;
  return {
    async runInto(feeds, outputs) {
      const results = await uninterrupted(() => session.run(operands(session, feeds, held)));
      for (const [name, { data }] of outputs) {
        const tensor = results[name]!;
        if (held.isHeld(data)) held.replace(data, tensor);
        else {
          await held.download(tensor, data as Float32Array);
          tensor.dispose();
        }
      }
      if (!isProfiled) return;
      isProfiled = false;
      // The profile of one run says where each node runs; profiling all of them would fill the disk.
      session.endProfiling();
      await placements!.add(profile!);
    },
    async dispose() {
      if (isProfiled) {
        session.endProfiling();
        await profile!.remove();
      }
      await uninterrupted(() => session.release());
    },
  };
}
