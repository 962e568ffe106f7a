import { formatShape } from "./dims.ts";
import { nameGraph, type Graph, type NamedGraph } from "./graph.ts";
import type { Attribute, Attributes, Tensor, TensorType } from "./tensor.ts";

/**
 * Formats a graph as text, a line per input, node and output:
 *
 *     Gemm.12(Reshape.9, classifier.weight, classifier.bias) transB=1 → logits float32 [pairs, 8]
 *
 * Nodes have the names of the ONNX file, which ONNX Runtime uses in its messages; an output whose name differs from its
 * node's is named after the arrow.
 */
export function formatGraph(graph: Graph): string {
  const named = nameGraph(graph);
  const counts = `${graph.inputs.length} inputs, ${named.nodes.length} nodes, ${graph.outputs.size} outputs`;
  const nodes = named.nodes.map(({ id, node }) => formatNode(id, node, named.names));
  const renamed = [...graph.outputs].filter(([name, tensor]) => named.names.get(tensor) !== name);
  return [
    `graph ${graph.name}: ${counts}`,
    ...graph.inputs.map((tensor) => `input ${operand(tensor, named.names)} ${formatType(tensor)}`),
    ...nodes,
    ...renamed.map(([name, tensor]) => `output ${name} is ${operand(tensor, named.names)} ${formatType(tensor)}`),
  ].join("\n");
}

/** Formats one node and those that make its operands, to show the neighbourhood of a failure. */
export function formatNodeWithOperands(wanted: string, { nodes, names }: NamedGraph): string | undefined {
  const found = nodes.find(({ id }) => id === wanted);
  if (!found) return undefined;
  const { inputs } = found.node;
  const makers = nodes.filter(({ node }) => inputs.some((x) => x.source.kind === "node" && x.source.node === node));
  return [
    `in ${formatNode(found.id, found.node, names)}`,
    ...makers.map(({ id, node }) => `of ${formatNode(id, node, names)}`),
    ...fedOperands(inputs).map((x) => `of ${operand(x, names)} ${formatType(x)}`),
  ].join("\n  ");
}

/** Formats an op that could not be applied: its operands, and the node that makes each of them. */
export function formatApplication(op: string, inputs: readonly Tensor[], attributes: Attributes = {}): string {
  const { nodes, names } = nameGraph({ inputs: fedOperands(inputs), outputs: new Map() }, inputs);
  const makers = nodes.filter(({ node }) => node.outputs.some((output) => inputs.includes(output)));
  return [
    `in ${op}(${inputs.map((x) => operand(x, names)).join(", ")})${formatAttributes(attributes)}`,
    ...makers.map(({ id, node }) => `of ${formatNode(id, node, names)}`),
    ...fedOperands(inputs).map((x) => `of ${operand(x, names)} ${formatType(x)}`),
  ].join("\n  ");
}

/** Adds to an error the place in the graph where it occurred; the original error is its cause. */
export function errorAt(error: unknown, place: string, prefix = ""): Error {
  const message = error instanceof Error ? error.message : String(error);
  return new Error(`${prefix}${message}\n  ${place}`, { cause: error });
}

const formatType = ({ dtype, shape }: TensorType): string => `${dtype} ${formatShape(shape)}`;

const fedOperands = (inputs: readonly Tensor[]): Tensor[] => [
  ...new Set(inputs.filter(({ source }) => source.kind === "input")),
];

function formatNode(id: string, node: NamedGraph["nodes"][number]["node"], names: ReadonlyMap<Tensor, string>): string {
  const { inputs, attributes, outputs } = node;
  const results = outputs.map((output) => {
    const name = names.get(output);
    return `${name === undefined || name === id ? "" : `${name} `}${formatType(output)}`;
  });
  const operands = inputs.map((x) => operand(x, names)).join(", ");
  return `${id}(${operands})${formatAttributes(attributes)} → ${results.join(", ")}`;
}

/** Formats an operand: by its name, or as its values or sizes if it has no name. */
function operand(tensor: Tensor, names: ReadonlyMap<Tensor, string>): string {
  const name = names.get(tensor);
  if (name !== undefined) return name;
  const { source } = tensor;
  if (source.kind === "input") return source.name;
  if (source.kind === "dims") return formatShape(source.of);
  if (source.kind === "node") return `${source.node.op.onnx}:${source.index}`;
  const { values } = source;
  const shown = values.length > 4 ? [...values.slice(0, 2), "…", values.at(-1)] : values;
  return tensor.shape.length === 0 ? `${values[0]}` : `[${shown.join(", ")}]`;
}

const formatAttribute = (value: Attribute): string =>
  typeof value === "object" ? ("float" in value ? `${value.float}` : `[${value.join(",")}]`) : `${value}`;

const formatAttributes = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([key, value]) => ` ${key}=${formatAttribute(value)}`)
    .join("");
