import { bytesPerElement, numElements } from "../tensor.ts";
import type { Weight, WeightTensor } from "../tensor.ts";
import { prefixBytes } from "./header.ts";

/** A tensor to store: float32 numbers, the bits of float16, int32 numbers, or bytes. */
export type StoredWeight =
  | (Weight & { readonly dtype?: "F32" })
  | WeightTensor<"F16">
  | WeightTensor<"I32">
  | WeightTensor<"U8">;
export type NamedWeights = Iterable<readonly [name: string, weight: StoredWeight]>;

/** The metadata that transformers requires before it loads a file. */
export const forTransformers = { format: "pt" } as const;

/**
 * The bytes of a file of tensors, one piece after the other: its header, then the tensors themselves, which are not copied.
 * The same tensors give the same bytes, in any order.
 */
export function safetensorsPieces(
  tensors: NamedWeights,
  metadata: Readonly<Record<string, string>> = forTransformers,
): readonly Uint8Array[] {
  const sorted = [...tensors].sort((a, b) => byWidth(a, b) || byName(a, b));
  return [
    encodeHeader(sorted, metadata),
    ...sorted.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

/** Compares by code points, as bytes of UTF-8 compare; `<` would compare UTF-16 code units. */
function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  const [first, second] = [Array.from(a, codePoint), Array.from(b, codePoint)];
  const at = first.findIndex((point, i) => point !== second[i]);
  if (at < 0) return first.length - second.length;
  return at < second.length ? first[at]! - second[at]! : 1;
}
const codePoint = (character: string): number => character.codePointAt(0)!;

const dtypeOf = ({ dtype = "F32" }: StoredWeight): "F32" | "F16" | "I32" | "U8" => dtype;

/** Sorts wider elements first, so that all are aligned. */
const byWidth = ([, a]: readonly [string, StoredWeight], [, b]: readonly [string, StoredWeight]): number =>
  bytesPerElement[dtypeOf(b)] - bytesPerElement[dtypeOf(a)];

function encodeHeader(
  sorted: readonly (readonly [string, StoredWeight])[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const members = [`"__metadata__":${JSON.stringify(Object.fromEntries(Object.entries(metadata).sort(byName)))}`];
  let begin = 0;
  const seen = new Set<string>();
  for (const [name, weight] of sorted) {
    const { shape, data } = weight;
    if (seen.has(name)) throw new TypeError(`tensor ${JSON.stringify(name)} is given twice`);
    seen.add(name);
    if (name === "__metadata__" || /\p{Surrogate}/u.test(name)) {
      throw new TypeError(`${JSON.stringify(name)} cannot be the name of a tensor`);
    }
    if (data.length !== numElements(shape)) {
      throw new TypeError(
        `tensor ${JSON.stringify(name)}: [${shape.join(", ")}] does not hold ${data.length} elements`,
      );
    }
    const end = begin + data.byteLength;
    const member = { dtype: dtypeOf(weight), shape, data_offsets: [begin, end] };
    members.push(`${JSON.stringify(name)}:${JSON.stringify(member)}`);
    begin = end;
  }
  const json = new TextEncoder().encode(`{${members.join(",")}}`);
  const padded = Math.ceil(json.byteLength / 8) * 8;
  const header = new Uint8Array(prefixBytes + padded).fill(" ".charCodeAt(0));
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(json, prefixBytes);
  return header;
}
