import { withSizes, type Dim } from "../autodiff/dims.ts";
import type { Graph } from "../autodiff/graph.ts";
import type { Tensor } from "../autodiff/tensor.ts";
import type { Feeds, TensorValue } from "./values.ts";

/** An input of a graph and the value that it is fed. */
interface Fed {
  readonly name: string;
  readonly tensor: Tensor;
  readonly value: TensorValue;
}

const fedInputs = (graph: Graph, feeds: Feeds): Fed[] =>
  graph.inputs.flatMap((tensor) => {
    const name = tensor.source.kind === "input" ? tensor.source.name : "";
    const value = feeds.get(name);
    return value ? [{ name, tensor, value }] : [];
  });

/** Finds the sizes of the words in a graph's shapes from the values that are fed. */
export const wordSizes = (graph: Graph, feeds: Feeds): ReadonlyMap<string, number> =>
  new Map(
    fedInputs(graph, feeds).flatMap(({ tensor: { shape }, value: { dims } }) =>
      shape.flatMap((dim, axis) => (isWord(dim) ? [[dim, dims[axis]!] as const] : [])),
    ),
  );

const isWord = (dim: Dim): dim is string => typeof dim === "string" && /^[a-z]\w*$/i.test(dim);

/**
 * Checks values against the inputs of their graph: types, sizes, and that a word has the same size in all of them. ONNX
 * Runtime would broadcast some wrong sizes, and fail at others in a node much later.
 * @throws naming the input, its shape and the sizes found.
 */
export function checkFeeds(graph: Graph, feeds: Feeds): void {
  const sizes = wordSizes(graph, feeds);
  for (const { name, tensor, value } of fedInputs(graph, feeds)) {
    const { dtype, shape } = tensor;
    const wanted = shape.map((dim) => withSizes(dim, sizes));
    const fits = wanted.length === value.dims.length && wanted.every((size, axis) => size === value.dims[axis]);
    if (fits && dtype === value.dtype) continue;
    const here = shape.some((dim) => typeof dim === "string") ? `, which is [${wanted.join(", ")}] here` : "";
    throw new Error(
      `${graph.name}: cannot feed "${name}": expected ${dtype} [${shape.join(", ")}]${here}, found ${typeOf(value)}`,
    );
  }
}

const typeOf = ({ dtype, dims }: TensorValue): string => `${dtype} [${dims.join(", ")}]`;

/** Formats a value as a line: `input_ids int32 [8, 34], 0 to 50266, mean 812.4`. */
export function formatFeed(name: string, value: TensorValue): string {
  return `${name} ${typeOf(value)}${value.data.length === 0 ? "" : `, ${rangeOf(value.data)}`}`;
}

function rangeOf(data: TensorValue["data"]): string {
  let [least, greatest, sum, notFinite] = [Infinity, -Infinity, 0, 0];
  for (const element of data) {
    const value = Number(element);
    if (!Number.isFinite(value)) notFinite++;
    else {
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
      sum += value;
    }
  }
  if (notFinite === data.length) return `none of ${notFinite} values finite`;
  const short = (value: number): string => `${Number(value.toPrecision(4))}`;
  const faults = notFinite > 0 ? `, ${notFinite} not finite` : "";
  return `${short(least)} to ${short(greatest)}, mean ${short(sum / (data.length - notFinite))}${faults}`;
}
