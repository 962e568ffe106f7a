import { env, InferenceSession, Tensor } from "onnxruntime-web/jspi";

/** The runtime that computes on a GPU: WebGPU, within a WebAssembly that waits for promises (JSPI). */

env.wasm.wasmPaths = {
  wasm: new URL(
    "ort-wasm-simd-threaded.jspi.wasm",
    (globalThis as unknown as { readonly location: Location }).location.href,
  ).href,
};
env.wasm.numThreads = 1;

export { InferenceSession, Tensor };
