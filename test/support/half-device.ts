// Mixed precision without a GPU: the CPU has no products of 16 bits, so they are computed in float32 between roundings.
import { apply } from "../../src/autodiff/apply.ts";
import { cast, type Graph } from "../../src/autodiff/index.ts";
import { rebuildGraph } from "../../src/autodiff/rebuild.ts";
import { cpu } from "../../src/runtime/cpu.ts";
import type { Device } from "../../src/runtime/device.ts";

const products = new Set(["linear", "matMul", "scaledMatMul"]);

/** Operands and results of products are rounded as on a device that has such products; ONNX Runtime keeps these casts. */
const rounded = (graph: Graph): Graph =>
  rebuildGraph(graph, ({ op, attributes }, inputs) => {
    const half = inputs.find(({ dtype }) => dtype === "float16" || dtype === "bfloat16");
    if (!half || !products.has(op.name)) return apply(op, inputs, attributes);
    const operands = inputs.map((x) => cast(x, "float32"));
    return [cast(apply(op, operands, attributes)[0]!, half.dtype)];
  });

export const halfDevice: Device = {
  name: "cpu",
  compile: (graph, options) => cpu.compile(rounded(graph), options),
  compileInPlace: (graph, options) => cpu.compileInPlace(rounded(graph), options),
};
