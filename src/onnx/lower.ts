import { create, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, StringStringEntryProtoSchema, type NodeProto, type TensorProto } from "onnx-buf";
import { sameShape, withSizes } from "../autodiff/dims.ts";
import { nameGraph, type Graph } from "../autodiff/graph.ts";
import { errorAt, formatNodeWithOperands } from "../autodiff/print.ts";
import { describe, type Tensor, type TensorType } from "../autodiff/tensor.ts";
import { Dimensions } from "./dimensions.ts";
import { dtypeOf, initializerProtos, type Initializer } from "./initializer.ts";
import { nodeProto, tensorProto, valueInfoProto } from "./proto.ts";

/** ONNX 1.16: opset 21, which has Gelu (20), LayerNormalization (17) and reduction axes as inputs (18). */
const opset = 21;
const irVersion = 10n;

export interface LowerOptions {
  /** Weights by the name of their graph input: the file holds them, so they are no inputs of it. */
  readonly initializers?: ReadonlyMap<string, Initializer>;
  /** Fixed sizes, by their words in shapes: a batch of 8 texts of 128 words. */
  readonly sizes?: ReadonlyMap<string, number>;
  /** The version of Relata that the file names as its producer. */
  readonly producerVersion?: string;
  /** Facts for programs that read the file, by key (metadata_props). */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes `graph` as the bytes of an ONNX ModelProto: one ONNX node per node, under the names of `nameGraph`.
 * @throws if the graph reads an input that it does not list, or a size that no input has, naming the node.
 *
 * Nodes whose results are only fetched come last in the file, in the order of `graph.outputs`. ONNX Runtime walks the
 * graph backwards from its leaves, the last one first, so an output's place decides when it is computed, and with it
 * which activations must be kept meanwhile.
 */
export function lower(
  graph: Graph,
  { initializers: weights = new Map(), sizes = new Map(), metadata = {}, producerVersion = "" }: LowerOptions = {},
): Uint8Array {
  const dimensions = new Dimensions(graph.inputs, sizes);
  const named = nameGraph(graph);
  const names = new Map(named.names);
  const initializers: TensorProto[] = [];
  const fed: Tensor[] = [];
  const casts: NodeProto[] = [];
  for (const tensor of graph.inputs) {
    if (tensor.source.kind !== "input") continue;
    const { name } = tensor.source;
    const weight = weights.get(name);
    if (!weight) {
      fed.push(tensor);
      continue;
    }
    if (!sameShape(weight.shape, tensor.shape) || tensor.dtype !== dtypeOf(weight))
      throw new Error(
        `lower: ${describe(tensor)} cannot be a ${dtypeOf(weight)} initializer [${weight.shape.join(", ")}]`,
      );
    const { tensor: proto, nodes } = initializerProtos(name, weight);
    initializers.push(proto);
    casts.push(...nodes);
  }

  let constants = 0;
  const nameOf = (tensor: Tensor): string => {
    const known = names.get(tensor);
    if (known !== undefined) return known;
    if (tensor.source.kind === "dims") return dimensions.vector(tensor.source.of);
    if (tensor.source.kind !== "constant")
      throw new Error(`lower: ${describe(tensor)} is not among the graph's inputs`);
    const name = `constant.${constants++}`;
    initializers.push(tensorProto(name, tensor, tensor.source.values));
    names.set(tensor, name);
    return name;
  };

  const consumed = new Set<string>();
  const nodes: NodeProto[] = [];
  for (const { id, node } of named.nodes) {
    const { op, inputs, outputs, attributes } = node;
    let operands: string[];
    try {
      operands = inputs.map(nameOf);
    } catch (error) {
      throw errorAt(error, formatNodeWithOperands(id, named)!, `${graph.name}: `);
    }
    for (const operand of operands) consumed.add(operand);
    nodes.push(nodeProto(op.onnx, id, operands, outputs.map(nameOf), attributes, op.domain));
  }

  // An output that is an input, a constant, or the same value as another output still needs a node that makes it.
  for (const [name, tensor] of graph.outputs) {
    const made = nameOf(tensor);
    if (made === name) continue;
    consumed.add(made);
    nodes.push(nodeProto("Identity", `Identity.${name}`, [made], [name]));
  }

  const place = new Map([...graph.outputs.keys()].map((name, i) => [name, i]));
  const leafPlace = (node: NodeProto): number =>
    node.output.some((name) => consumed.has(name)) ? -1 : Math.max(...node.output.map((name) => place.get(name) ?? -1));
  const inner = nodes.filter((node) => leafPlace(node) < 0);
  const leaves = nodes.filter((node) => leafPlace(node) >= 0).sort((a, b) => leafPlace(a) - leafPlace(b));

  const sized = ({ shape, dtype }: TensorType): TensorType => ({
    shape: shape.map((dim) => withSizes(dim, sizes)),
    dtype,
  });
  const usesRuntimeOps = nodes.some(({ domain }) => domain !== "");
  const model = create(ModelProtoSchema, {
    irVersion,
    producerName: "relata",
    producerVersion,
    opsetImport: [
      { domain: "", version: BigInt(opset) },
      ...(usesRuntimeOps ? [{ domain: "com.microsoft", version: 1n }] : []),
    ],
    metadataProps: Object.entries(metadata).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
    graph: {
      name: graph.name,
      node: [...casts, ...dimensions.nodes, ...inner, ...leaves],
      initializer: [...dimensions.initializers, ...initializers],
      input: fed.map((tensor) => valueInfoProto(nameOf(tensor), sized(tensor))),
      output: [...graph.outputs].map(([name, tensor]) => valueInfoProto(name, sized(tensor))),
    },
  });
  return toBinary(ModelProtoSchema, model);
}
