import { linear, type Tensor } from "../autodiff/index.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { adaptedLinear } from "./lora.ts";

/** Applies the dense layer of this name, weight and bias if it has one, to [rows, inner]; with its adapter, if it has one. */
export function dense(builder: GraphBuilder, name: string, x: Tensor): Tensor {
  const bias = builder.hasParameter(`${name}.bias`) ? builder.parameter(`${name}.bias`) : undefined;
  const adapted = builder.adapted(`${name}.weight`);
  return adapted ? adaptedLinear(x, adapted, bias) : linear(x, builder.parameter(`${name}.weight`), bias);
}
