import { InferenceSession as OrtSession, Tensor } from "onnxruntime-node";
import type { Graph } from "../../autodiff/index.ts";
import { gpuOps } from "../../autodiff/gpu-ops.ts";
import { rebuildGraph } from "../../autodiff/rebuild.ts";
import { UnavailableError } from "../../errors.ts";
import { compile, compileInPlace, type CompileOptions } from "../compile.ts";
import type { Device, Placement } from "../device.ts";
import type { InferenceSession, InPlaceSession } from "../session.ts";
import { HeldArrays } from "./held-arrays.ts";
import { Placements } from "./placements.ts";
import { createGpuSession, createInPlaceGpuSession, gpuOptions } from "./sessions.ts";

/** A GPU by WebGPU: Vulkan, Metal or Direct3D 12 underneath. */
export interface WebGpu extends Device {
  readonly memory: HeldArrays;
  readonly placement: Placement;
}

/**
 * Opens the GPU of this machine.
 * @throws UnavailableError without a driver for it
 */
export async function openWebGpu(): Promise<WebGpu> {
  let memory: HeldArrays;
  try {
    memory = await HeldArrays.create({ InferenceSession: OrtSession, Tensor }, gpuOptions({}));
  } catch (error) {
    // Before that stands a place in the source of ONNX Runtime.
    const reason = (error as Error).message.split("\n")[0]!.replace(/^.* was false\. /, "");
    throw new UnavailableError(
      `Cannot use --device webgpu: ONNX Runtime found no GPU that it can use (${reason}). It needs a driver for Vulkan ` +
        "(Linux: the package libvulkan1 and the driver of the card; vulkaninfo names it), Metal or Direct3D 12. " +
        "Use --device cpu on this machine.",
    );
  }
  const placements = new Placements();
  const onDevice = (graph: Graph): Graph => rebuildGraph(graph, gpuOps);
  return {
    name: "webgpu",
    memory,
    get placement() {
      return placements.placement;
    },
    compile: (graph: Graph, options?: CompileOptions): Promise<InferenceSession> =>
      compile(onDevice(graph), options, (model, session) => createGpuSession(model, session, memory)),
    compileInPlace: (graph: Graph, options?: CompileOptions): Promise<InPlaceSession> =>
      compileInPlace(onDevice(graph), options, (model, session) =>
        createInPlaceGpuSession(model, session, memory, placements),
      ),
    dispose: () => memory.dispose(),
  };
}
