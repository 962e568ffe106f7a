import { compile, compileInPlace } from "./compile.ts";
import type { Device } from "./device.ts";

/** ONNX Runtime on the processor of this machine, in this process. */
export const cpu: Device = { name: "cpu", compile, compileInPlace };
