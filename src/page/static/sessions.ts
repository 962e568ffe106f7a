import * as ort from "onnxruntime-web/wasm";
import type { CreateSession, TensorValue } from "../../browser.ts";
import type { Ort } from "../../browser-training.ts";

/** Sessions of onnxruntime-web, for the threads of a static page. */

/** The address of a file beside the page. */
export const at = (name: string): string =>
  new URL(name, (globalThis as unknown as { readonly location: Location }).location.href).href;

export const wasmFile = "ort-wasm-simd-threaded.wasm";
ort.env.wasm.wasmPaths = { wasm: at(wasmFile) };
// More threads need headers that a plain file server does not send.
ort.env.wasm.numThreads = 1;

export const onnxruntime: string = ort.env.versions.web ?? "";

/** Loads the runtime that computes on a GPU, which is a file of its own: most browsers have no use for it. */
export const loadGpuRuntime = async (): Promise<Ort> => (await import(at("gpu.js"))) as Ort;

const sessionsOf =
  ({ InferenceSession, Tensor }: Ort, provider: "wasm" | "webgpu"): CreateSession =>
  async (graph, externalData, options = {}) => {
    const { disabledOptimizers = [] } = options;
    const session = await InferenceSession.create(graph, {
      executionProviders: [provider],
      // Warnings say that shapes are computed on the CPU, as they should.
      logSeverityLevel: 3,
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
          inputs[name] = new Tensor(dtype as "float32", data as Float32Array, dims);
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

/** Sessions on the processor, by WebAssembly. */
export const createSession: CreateSession = sessionsOf(ort, "wasm");

/** Sessions on a GPU, by WebGPU. @throws Error if the browser offers none */
export const gpuSessions = async (): Promise<CreateSession> => sessionsOf(await loadGpuRuntime(), "webgpu");
