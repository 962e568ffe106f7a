import type { DocumentPrediction, InferRequest, InferResponse, RelationsRequest } from "../../index.ts";
import { Fault } from "./fault.ts";

// The Open Inference Protocol, version 2: github.com/kserve/open-inference-protocol, inference_rest.md.

/** The input tensors: a text, its spans as JSON, and if wanted its pairs as JSON, for each document. */
export const inputs = [
  { name: "text", datatype: "BYTES", shape: [-1] },
  { name: "entities", datatype: "BYTES", shape: [-1] },
  { name: "pairs", datatype: "BYTES", shape: [-1] },
] as const;

type Output = InferResponse["outputs"][number];
type Tensor = Output["data"];

interface Row {
  readonly document: number;
  readonly head: number;
  readonly tail: number;
  readonly label: string;
  readonly probability: number;
}

/** The output tensors: a row for each pair; of a model of entities, a row for each entity, which is head and tail. */
const columns: readonly {
  readonly name: string;
  readonly datatype: Output["datatype"];
  readonly of: (row: Row) => Tensor[number];
}[] = [
  { name: "document", datatype: "INT32", of: ({ document }) => document },
  { name: "head", datatype: "INT32", of: ({ head }) => head },
  { name: "tail", datatype: "INT32", of: ({ tail }) => tail },
  { name: "label", datatype: "BYTES", of: ({ label }) => label },
  { name: "probability", datatype: "FP32", of: ({ probability }) => probability },
  { name: "entities", datatype: "BYTES", of: () => "" },
];
export const outputs = columns.map(({ name, datatype }) => ({ name, datatype, shape: [-1] }));

/** Reads the documents from the tensors of a request. @throws Fault 400 for tensors that are not the model's */
export function documentsOf({ inputs: given, outputs: wanted = [] }: InferRequest): RelationsRequest["documents"] {
  for (const { name } of wanted)
    if (!columns.some((column) => column.name === name))
      throw new Fault(
        400,
        `outputs: the model has no "${name}". Ask for some of ${columns.map((one) => one.name).join(", ")}, or leave outputs out.`,
      );
  const tensors = new Map<string, string[]>();
  for (const [i, tensor] of given.entries()) {
    const { name } = tensor;
    if (!inputs.some((input) => input.name === name))
      throw new Fault(400, `inputs[${i}]: the model has no "${name}". Send text, and if wanted entities and pairs.`);
    if (tensors.has(name))
      throw new Fault(400, `inputs[${i}]: "${name}" is given twice. Send it once, with an element for each text.`);
    tensors.set(name, stringsOf(tensor, `inputs[${i}]`));
  }
  const texts = tensors.get("text");
  if (!texts || texts.length === 0)
    throw new Fault(
      400,
      'inputs: the tensor text is missing or empty. Send {"name": "text", "datatype": "BYTES", "shape": [1], "data": ["…"]}.',
    );
  for (const [name, { length }] of tensors)
    if (length !== texts.length)
      throw new Fault(
        400,
        `inputs: ${name} has ${length} elements where text has ${texts.length}. Send one for each text.`,
      );
  const parsed = (name: string, i: number): unknown => {
    const json = tensors.get(name)?.[i];
    if (json === undefined || json === "") return undefined;
    try {
      return JSON.parse(json);
    } catch {
      throw new Fault(
        400,
        `inputs: element ${i} of ${name} is not JSON. Send a list such as "[[0, 3], [8, 11]]", or "" for none.`,
      );
    }
  };
  return texts.map((text, i) => {
    const entities = parsed("entities", i);
    const pairs = parsed("pairs", i);
    return {
      text,
      ...(entities === undefined ? {} : { entities }),
      ...(pairs === undefined ? {} : { pairs }),
    } as never;
  });
}

function stringsOf({ datatype, shape, data }: InferRequest["inputs"][number], at: string): string[] {
  if (datatype !== "BYTES")
    throw new Fault(400, `${at}.datatype: expected BYTES, found ${datatype.slice(0, 20)}. Send strings.`);
  // Row-major, nested or flat.
  const flat: unknown[] = data.flat(8);
  const size = shape.reduce((product, length) => product * length, 1);
  if (flat.length !== size)
    throw new Fault(
      400,
      `${at}: the shape has ${size} elements, and data has ${flat.length}. Send a shape that fits the data.`,
    );
  if (!flat.every((value) => typeof value === "string"))
    throw new Fault(
      400,
      `${at}.data: expected strings, as BYTES are in JSON, found other values. Send numbers and lists as strings of JSON.`,
    );
  return flat;
}

/** The output tensors for the predictions of a request; those that it asks for, if it does. */
export function tensorsOf(predictions: readonly DocumentPrediction[], { outputs: wanted }: InferRequest): Output[] {
  const rows = predictions.flatMap(({ entities, relations }, document): Row[] => {
    const ofEntities = entities.flatMap(({ label, probability = 0 }, i) =>
      label === undefined ? [] : [{ document, head: i, tail: i, label, probability }],
    );
    return [
      ...relations.map(({ head, tail, label, probability }) => ({ document, head, tail, label, probability })),
      ...ofEntities,
    ];
  });
  const names = wanted?.length ? wanted.map(({ name }) => name) : columns.map(({ name }) => name);
  return names.map((name) => {
    const { datatype, of } = columns.find((column) => column.name === name)!;
    const data: Tensor =
      name === "entities" ? predictions.map(({ entities }) => JSON.stringify(entities.map(span))) : rows.map(of);
    return { name, datatype, shape: [data.length], data };
  });
}

const span = ({ start, end, type, text }: DocumentPrediction["entities"][number]) => ({ start, end, type, text });
