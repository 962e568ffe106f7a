import { splitProduct, unwrap, withSizes, type Dim, type Shape } from "../autodiff/dims.ts";
import type { Tensor } from "../autodiff/tensor.ts";
import type { NodeProto, TensorProto } from "onnx-buf";
import { nodeProto, tensorProto } from "./proto.ts";

/**
 * Nodes that compute sizes such as `batch*words` when the graph runs: each word is read once from the shape of a graph
 * input that has it, and sums and products are computed from these. Words in `sizes` are constants.
 */
export class Dimensions {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  #witnesses = new Map<string, { input: string; axis: number }>();
  #known = new Map<string, string>();
  readonly #sizes: ReadonlyMap<string, number>;

  constructor(inputs: readonly Tensor[], sizes: ReadonlyMap<string, number> = new Map()) {
    this.#sizes = sizes;
    for (const { shape, source } of inputs) {
      if (source.kind !== "input") throw new Error("internal: a graph input must be an input tensor");
      for (const [axis, dim] of shape.entries()) {
        if (typeof dim === "string" && !this.#witnesses.has(dim))
          this.#witnesses.set(dim, { input: source.name, axis });
      }
    }
  }

  /** Returns the name of an int64 vector that holds the sizes of a shape. */
  vector(named: Shape): string {
    const shape = named.map((dim) => withSizes(dim, this.#sizes));
    return this.#once(`dims[${shape.join(",")}]`, (name) => {
      if (shape.every((dim) => typeof dim === "number")) this.#constant(name, shape);
      else
        this.nodes.push(
          nodeProto(
            "Concat",
            name,
            shape.map((dim) => this.#size(dim)),
            [name],
            { axis: 0 },
          ),
        );
    });
  }

  /** Returns the name of an int64 vector with the one element `dim`. */
  #size(dim: Dim): string {
    return this.#once(`dim[${dim}]`, (name) => {
      if (typeof dim === "number" || /^\d+$/.test(dim)) return this.#constant(name, [Number(dim)]);
      const witness = this.#witnesses.get(dim);
      if (witness) {
        this.nodes.push(
          nodeProto("Shape", name, [witness.input], [name], { start: witness.axis, end: witness.axis + 1 }),
        );
        return;
      }
      const factors = splitProduct(dim);
      if (factors.length > 1) return this.#fold("Mul", name, factors.map(unwrap));
      const terms = dim.split("+");
      if (terms.length > 1) return this.#fold("Add", name, terms);
      throw new Error(`no graph input has an axis "${dim}", so its size cannot be known when the graph runs`);
    });
  }

  #fold(opType: "Mul" | "Add", name: string, parts: readonly Dim[]): void {
    const last = parts.length - 2;
    let running = this.#size(parts[0]!);
    for (const [i, part] of parts.slice(1).entries()) {
      const output = i === last ? name : `${name}:${i}`;
      this.nodes.push(nodeProto(opType, output, [running, this.#size(part)], [output]));
      running = output;
    }
  }

  #constant(name: string, values: readonly Dim[]): void {
    this.initializers.push(tensorProto(name, { shape: [values.length], dtype: "int64" }, values.map(Number)));
  }

  #once(name: string, make: (name: string) => void): string {
    if (!this.#known.has(name)) {
      this.#known.set(name, name);
      make(name);
    }
    return name;
  }
}
