import { linear, type Tensor } from "../autodiff/index.ts";
import type { GraphBuilder } from "./graph-builder.ts";

/** Applies the dense layer of this name, weight and bias, to [rows, inner]. */
export const dense = (builder: GraphBuilder, name: string, x: Tensor): Tensor =>
  linear(x, builder.parameter(`${name}.weight`), builder.parameter(`${name}.bias`));
