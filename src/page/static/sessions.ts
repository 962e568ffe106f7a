import * as ort from "onnxruntime-web/wasm";
import type { CreateSession, TensorValue } from "../../browser.ts";

/** Sessions of onnxruntime-web on the processor (WebAssembly), for the threads of a static page. */

const at = (name: string): string =>
  new URL(name, (globalThis as unknown as { readonly location: Location }).location.href).href;

ort.env.wasm.wasmPaths = { wasm: at("ort-wasm-simd-threaded.wasm") };
// More threads need headers that a plain file server does not send.
ort.env.wasm.numThreads = 1;

export const onnxruntime: string = ort.env.versions.web ?? "";

export const createSession: CreateSession = async (graph, externalData, options = {}) => {
  const { disabledOptimizers = [] } = options;
  const session = await ort.InferenceSession.create(graph, {
    ...(externalData ? { externalData } : {}),
    extra: {
      session: { set_denormal_as_zero: "1" },
      ...(disabledOptimizers.length > 0
        ? { optimization: { disable_specified_optimizers: disabledOptimizers.join(";") } }
        : {}),
    },
  });
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
