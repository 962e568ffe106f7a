import { z } from "zod";

/** The parts of a header that say what a body of arrays holds. */
const dense = z.array(z.tuple([z.string(), z.int().min(0)]));
const table = z.strictObject({ name: z.string(), rows: z.int().min(0), width: z.int().min(1) });
const array = z.strictObject({ name: z.string(), type: z.enum(["float32", "int32"]), length: z.int().min(0) });

/** Facts of a prepared run, which have to be the same at every rank. */
const facts = z.strictObject({
  data: z.array(z.string()),
  texts: z.strictObject({ train: z.int(), validation: z.int(), test: z.int() }),
  parameters: z.string(),
});
export type RunFacts = Readonly<z.infer<typeof facts>>;

const header = z.discriminatedUnion("type", [
  /** From the root to a process that has connected. */
  z.strictObject({ type: z.literal("challenge"), nonce: z.string() }),
  z.strictObject({
    type: z.literal("hello"),
    rank: z.int().min(0),
    size: z.int().min(1),
    process: z.string(),
    version: z.string(),
    nonce: z.string(),
    proof: z.string(),
  }),
  z.strictObject({ type: z.literal("welcome"), proof: z.string(), settings: z.record(z.string(), z.unknown()) }),
  z.strictObject({ type: z.literal("ready"), facts }),
  /** The weights, and if the run is resumed the state of its loop and its optimizer. */
  z.strictObject({
    type: z.literal("state"),
    weights: z.array(array),
    loop: z.unknown().optional(),
    optimizerStep: z.int().min(0),
    optimizer: z.array(array),
  }),
  z.strictObject({
    type: z.literal("gradients"),
    isStopping: z.boolean(),
    dense,
    tables: z.array(table),
  }),
  z.strictObject({ type: z.literal("number") }),
  /** The root has left an evaluation, since the run is to stop. */
  z.strictObject({ type: z.literal("left") }),
  z.strictObject({ type: z.literal("digest"), sha256: z.string() }),
  /** The sender is at work on something long. */
  z.strictObject({ type: z.literal("alive") }),
  z.strictObject({ type: z.literal("failure"), message: z.string() }),
]);
export type Header = z.infer<typeof header>;
export type HeaderOf<Type extends Header["type"]> = Extract<Header, { type: Type }>;
export type ArrayHeader = z.infer<typeof array>;

/** The bytes before each frame: a mark, the length of its header and that of its body. */
export const prefixBytes = 16;
const mark = 0x52_4c_52_4b;

export interface Lengths {
  readonly header: number;
  readonly body: number;
}

/** Prefix and header of a frame. The header is padded with spaces, so that arrays in the body are aligned. */
export function encodeHead(content: Header, body: number): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(content));
  const length = Math.ceil(json.length / 8) * 8;
  const head = new Uint8Array(prefixBytes + length).fill(0x20);
  const view = new DataView(head.buffer);
  view.setUint32(0, mark);
  view.setUint32(4, length);
  view.setBigUint64(8, BigInt(body));
  head.set(json, prefixBytes);
  return head;
}

/** @throws Error for bytes that are no frame, or one that is longer than a frame of this kind can be */
export function decodePrefix(prefix: Uint8Array, limit: Lengths): Lengths {
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const lengths = { header: view.getUint32(4), body: Number(view.getBigUint64(8)) };
  if (view.getUint32(0) !== mark) throw new Error("sent bytes that no rank of Relata sends");
  if (lengths.header > limit.header || lengths.body > limit.body)
    throw new Error(`sent a frame of ${lengths.header} and ${lengths.body} bytes: longer than expected`);
  return lengths;
}

/** @throws Error for a header that is none of the known ones */
export function decodeHeader(bytes: Uint8Array): Header {
  try {
    return header.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    throw new Error("sent a frame that this version of Relata does not know", { cause: error });
  }
}

export const bytesOf = (arrays: readonly ArrayBufferView[]): number =>
  arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
