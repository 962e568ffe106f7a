import { stageFile } from "../atomic-file.ts";
import type { StagedFile } from "../atomic-file.ts";
import type { FileDigest } from "../file-digest.ts";
import { bytesPerElement, numElements } from "../tensor.ts";
import type { Weight } from "../tensor.ts";
import { prefixBytes } from "./header.ts";

export type NamedWeights = Iterable<readonly [name: string, weight: Weight]>;

/** What transformers asks for before it loads a file. */
const pytorch = { format: "pt" } as const;

/**
 * Writes float32 tensors, one after the other and without a copy of them; they must not change meanwhile. The same
 * tensors give the same bytes, in any order, and those bytes are what Python's safetensors 0.8.0 writes.
 * @returns the file's size and SHA-256
 * @throws UnavailableError if the place cannot be written; a file that was there is then as it was.
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

/** The same, complete on disk but not yet in its place. */
export async function stageSafetensors(
  path: string,
  tensors: NamedWeights,
  metadata: Readonly<Record<string, string>> = pytorch,
): Promise<StagedFile> {
  const sorted = [...tensors].sort(byName);
  const header = encodeHeader(sorted, metadata);
  return stageFile(path, async (sink) => {
    await sink(header);
    for (const [, { data }] of sorted) await sink(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  });
}

/** By code points, as bytes of UTF-8 compare; `<` would compare UTF-16 code units. */
const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));

function encodeHeader(
  sorted: readonly (readonly [string, Weight])[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const members = [`"__metadata__":${JSON.stringify(Object.fromEntries(Object.entries(metadata).sort(byName)))}`];
  let begin = 0;
  let previous: string | undefined;
  for (const [name, { shape, data }] of sorted) {
    if (name === previous) throw new TypeError(`tensor ${JSON.stringify(name)} is given twice`);
    if (name === "__metadata__" || /\p{Surrogate}/u.test(name)) {
      throw new TypeError(`${JSON.stringify(name)} cannot be the name of a tensor`);
    }
    if (data.length !== numElements(shape)) {
      throw new TypeError(
        `tensor ${JSON.stringify(name)}: [${shape.join(", ")}] does not hold ${data.length} elements`,
      );
    }
    const end = begin + data.length * bytesPerElement.F32;
    members.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype: "F32", shape, data_offsets: [begin, end] })}`);
    previous = name;
    begin = end;
  }
  const json = Buffer.from(`{${members.join(",")}}`);
  const padded = Math.ceil(json.byteLength / 8) * 8;
  const header = new Uint8Array(prefixBytes + padded).fill(" ".charCodeAt(0));
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(json, prefixBytes);
  return header;
}
