import { gpuOps } from "../../autodiff/gpu-ops.ts";
import { rebuildGraph } from "../../autodiff/rebuild.ts";
import { lower } from "../../onnx/lower.ts";
import type { Device } from "../device.ts";
import { HeldArrays, type Ort } from "./held-arrays.ts";
import { createGpuSession, createInPlaceGpuSession, gpuOptions } from "./sessions.ts";

export type { Ort } from "./held-arrays.ts";

/**
 * The GPU of a browser, by the classes of onnxruntime-web: weights, moments and gradients stay there between the steps of a run.
 * @throws Error if the browser offers no GPU
 */
export async function openBrowserGpu(ort: Ort): Promise<Device> {
  const memory = await HeldArrays.create(ort, gpuOptions({}));
  return {
    name: "webgpu",
    memory,
    compile: (graph, options = {}) => createGpuSession(lower(rebuildGraph(graph, gpuOps)), options, memory),
    compileInPlace: (graph, options = {}) =>
      createInPlaceGpuSession(lower(rebuildGraph(graph, gpuOps)), options, memory),
    dispose: () => memory.dispose(),
  };
}
