import { stageFile } from "../../../files/atomic-file.ts";
import type { StagedFile } from "../../../files/atomic-file.ts";
import type { FileDigest } from "../../../files/file-digest.ts";
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
const pytorch = { format: "pt" } as const;

/**
 * Writes tensors of float32, float16, int32 or bytes, one after the other and without a copy of them; they must not change
 * meanwhile. The same tensors give the same bytes, in any order, and those bytes are what Python's safetensors 0.8.0
 * writes.
 * @returns the file's size and SHA-256
 * @throws UnavailableError if the file cannot be written; an older file is then unchanged
 */
export async function writeSafetensors(
  path: string,
  tensors: NamedWeights,
  metadata: Readonly<Record<string, string>> = pytorch,
): Promise<FileDigest> {
  const staged = await stageSafetensors(path, tensors, metadata);
  await staged.commit();
  return staged.digest;
}

/** Writes the same to a temporary file, which is complete on disk but not yet in its place. */
export async function stageSafetensors(
  path: string,
  tensors: NamedWeights,
  metadata: Readonly<Record<string, string>> = pytorch,
): Promise<StagedFile> {
  const sorted = [...tensors].sort((a, b) => byWidth(a, b) || byName(a, b));
  const header = encodeHeader(sorted, metadata);
  return stageFile(path, async (sink) => {
    await sink(header);
    for (const [, { data }] of sorted) await sink(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  });
}

/** Compares by code points, as bytes of UTF-8 compare; `<` would compare UTF-16 code units. */
const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));

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
  const json = Buffer.from(`{${members.join(",")}}`);
  const padded = Math.ceil(json.byteLength / 8) * 8;
  const header = new Uint8Array(prefixBytes + padded).fill(" ".charCodeAt(0));
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(json, prefixBytes);
  return header;
}
