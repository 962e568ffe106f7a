import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { UnavailableError } from "../errors.ts";
import { compile, compileInPlace } from "./compile.ts";
import { cpu } from "./cpu.ts";
import type { Device } from "./device.ts";
import type { DeviceName } from "../device-names.ts";
import type { Precision } from "../precision-names.ts";
import { requirePrecision } from "./half-kernels.ts";

/**
 * Opens a device by its name, to train in a precision; the module of a GPU is loaded only then.
 * @throws UnavailableError if this machine has none such; `auto` takes the CPU instead
 * @throws UsageError if the device has no kernels of this precision
 */
export async function openDevice(name: DeviceName, precision: Precision = "fp32"): Promise<Device> {
  const device = await openNamed(name);
  try {
    await requirePrecision(device, precision);
    return device;
  } catch (error) {
    await device.dispose?.();
    throw error;
  }
}

/** A sentence on the device that `auto` took: otherwise a run on a machine whose GPU does not open would only be slow. */
export function autoNotes(asked: DeviceName, { name }: Device): string[] {
  if (asked !== "auto") return [];
  if (name !== "cpu") return [`--device auto takes ${name}`];
  return ["--device auto takes the CPU: no GPU could be opened (--device webgpu gives the reason)"];
}

async function openNamed(name: DeviceName): Promise<Device> {
  if (name === "cpu") return cpu;
  if (name === "cuda") return openCuda();
  const { openWebGpu } = await import("./webgpu/device.ts");
  if (name === "webgpu") return openWebGpu();
  return openWebGpu().catch((error: unknown) => {
    if (error instanceof UnavailableError) return cpu;
    throw error;
  });
}

/** A GPU of NVIDIA. Arrays are copied to it and back at every run: its provider has no buffers that Node can hold. */
async function openCuda(): Promise<Device> {
  const { listSupportedBackends } = await import("onnxruntime-node");
  const backend = listSupportedBackends().find(({ name }) => name === "cuda");
  const provider = { executionProviders: ["cuda"] };
  const device: Device = {
    name: "cuda",
    compile: (graph, options) => compile(graph, { ...options, ...provider }),
    compileInPlace: (graph, options) => compileInPlace(graph, { ...options, ...provider }),
  };
  await tryOut(
    device,
    backend === undefined ? "this build of ONNX Runtime has no such provider" : await missingLibrary(),
  );
  return device;
}

/** Names the provider's library if it is not there; ONNX Runtime, which looks for it, would print errors of its own. */
async function missingLibrary(): Promise<string | undefined> {
  const bin = join(dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json")), "bin");
  const name = process.platform === "win32" ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so";
  const files = await readdir(bin, { recursive: true }).catch(() => [name]);
  return files.some((file) => basename(file) === name) ? undefined : `there is no ${name} in ${bin}`;
}

/** @throws UnavailableError if a graph cannot run on the device */
async function tryOut(device: Device, missing: string | undefined): Promise<void> {
  const { add, input } = await import("../autodiff/index.ts");
  let reason = missing;
  try {
    const x = input("x", [1]);
    if (reason === undefined) {
      const session = await device.compile({ name: "try", inputs: [x], outputs: new Map([["y", add(x, x)]]) });
      await session.dispose();
      return;
    }
  } catch (error) {
    reason = (error as Error).message.split("\n")[0];
  }
  throw new UnavailableError(
    `Cannot use --device cuda: ONNX Runtime cannot load its CUDA provider (${reason}). It needs Linux on x64, the driver of ` +
      "NVIDIA, CUDA 12 and cuDNN 9, and the provider's library beside onnxruntime-node: run " +
      "`node node_modules/onnxruntime-node/script/install --onnxruntime-node-install=cuda12` once. Or use --device webgpu or cpu.",
  );
}
