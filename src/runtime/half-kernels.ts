import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { cast, input, linear, matMul, type Tensor } from "../autodiff/index.ts";
import { halfTypes, type HalfType } from "../autodiff/mixed-precision.ts";
import { UsageError } from "../errors.ts";
import type { Precision } from "../precision-names.ts";
import type { Device } from "./device.ts";
import { ProfileFolder } from "./profile.ts";
import { float32 } from "./values.ts";

/** Each product that mixed precision rounds, by its ONNX op. */
const products: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  Gemm: (x) => linear(x, x),
  MatMul: (x) => matMul(x, x),
  FusedMatMul: (x) => matMul(x, x, { transB: true, alpha: 0.5 }),
};

/** A product that a device does not compute in 16 bits, and why not. */
export interface MissingKernel {
  readonly op: string;
  readonly reason: string;
}

/**
 * Runs each product on the device, and returns those that it does not compute in `dtype`. ONNX Runtime may compute in float32
 * instead without a word, so that its profile is read too.
 */
export async function missingHalfKernels(device: Device, dtype: HalfType): Promise<MissingKernel[]> {
  const missing: MissingKernel[] = [];
  for (const [op, product] of Object.entries(products)) {
    const reason = await failureOf(device, dtype, product);
    if (reason !== undefined) missing.push({ op, reason });
  }
  return missing;
}

async function failureOf(device: Device, dtype: HalfType, product: (x: Tensor) => Tensor): Promise<string | undefined> {
  const x = input("x", [2, 2]);
  const outputs = new Map([["y", cast(product(cast(x, dtype)), "float32")]]);
  const profile = await ProfileFolder.create();
  try {
    const options = { profilePrefix: profile.prefix, isQuiet: true };
    const session = await device.compile({ name: "half", inputs: [x], outputs }, options);
    try {
      await session.run(new Map([["x", float32(Float32Array.of(1, 2, 3, 4), [2, 2])]]));
    } finally {
      await session.dispose();
    }
    return (await ranIn(profile.path, dtype)) ? undefined : "ONNX Runtime would compute it in float32";
  } catch (error) {
    return (error as Error).message.split("\n")[0]!.replace(/^.*Status Message: /, "");
  } finally {
    await rm(profile.path, { recursive: true, force: true });
  }
}

/** Whether a profile has a product with operands of this type; Gemm and FusedMatMul may run as a MatMul. */
async function ranIn(folder: string, dtype: HalfType): Promise<boolean> {
  const [name] = await readdir(folder);
  if (name === undefined) return false;
  const events = (await readFile(join(folder, name), "utf8")).split("\n");
  const ofProducts = events.filter((line) => /"op_name" ?: ?"(?:Gemm|\w*MatMul)"/.test(line));
  return ofProducts.some((line) => new RegExp(`"input_type_shape" ?: ?\\[\\{"${dtype}"`).test(line));
}

/**
 * @throws UsageError if the device does not compute the products of this precision in 16 bits, naming them
 */
export async function requirePrecision(device: Device, precision: Precision): Promise<void> {
  if (precision === "fp32") return;
  const missing = await missingHalfKernels(device, halfTypes[precision]);
  if (missing.length === 0) return;
  const reasons = new Set(missing.map(({ reason }) => reason));
  const lines = [...reasons].map((reason) => {
    const ops = missing.filter((one) => one.reason === reason).map(({ op }) => op);
    return `  ${ops.join(", ")}: ${reason}`;
  });
  throw new UsageError(
    `Cannot use --precision ${precision} with --device ${device.name}: it does not multiply ${halfTypes[precision]} numbers.\n` +
      `${lines.join("\n")}\n` +
      "Leave --precision out to train in float32, or use --device webgpu on a GPU with half floats (shader-f16) for fp16, " +
      "or --device cuda for fp16 and bf16.",
  );
}
