import { CheckpointError, quote } from "../../checkpoint-error.ts";
import type { TensorInfo } from "../tensor-file.ts";
import { bytesPerElement, isDtype } from "../tensor.ts";
import { scanHeader } from "./header-scanner.ts";
import type { HeaderEntry } from "./header-scanner.ts";

/** The bytes of the header's length, which comes first in little-endian order. */
export const prefixBytes = 8;
/** The limit of the reference library (safetensors 0.8.0, tensor.rs). */
export const maxHeaderBytes = 100_000_000;

/** The place of a tensor's bytes, counted from the end of the header. */
export interface TensorPlace extends TensorInfo {
  readonly begin: number;
}

export interface SafetensorsHeader {
  readonly metadata: ReadonlyMap<string, string>;
  /** The tensors, in the order of their bytes. */
  readonly tensors: ReadonlyMap<string, TensorPlace>;
  readonly warnings: readonly string[];
}

/**
 * Reads the header's length in bytes.
 * @param fileBytes the size of the whole file
 * @throws CheckpointError if the length is impossible
 */
export function readHeaderLength(prefix: Uint8Array, fileBytes: number, file: string): number {
  const most = Math.min(maxHeaderBytes, fileBytes - prefixBytes);
  if (prefix.byteLength < prefixBytes || most < 0) {
    const facts = { file, expected: `at least ${prefixBytes} bytes`, found: `${prefix.byteLength}` };
    throw new CheckpointError("not a safetensors file", facts);
  }
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (length <= BigInt(most)) return Number(length);
  const start = String.fromCharCode(...prefix);
  const isText = /^[\t\n\r -~]+$/.test(start);
  throw new CheckpointError("not a safetensors file, or cut short", {
    file,
    expected: `a header of at most ${most} bytes`,
    found: isText ? `text that begins with ${quote(start)}` : `a header length of ${length}`,
    next: isText ? "A git-lfs pointer or a saved web page? Download the file itself." : "Download it again.",
  });
}

/**
 * Reads tensors and metadata of a header, and checks that every byte of the data belongs to a tensor.
 * @param dataBytes the number of bytes that follow the header
 * @throws CheckpointError on anything the format does not allow.
 */
export function parseHeader(header: Uint8Array, dataBytes: number, file: string): SafetensorsHeader {
  const { metadata, tensors, warnings } = scanHeader(decode(header, file), file);
  const places = [...tensors].map(([name, entry]) => [name, checkEntry(name, entry, dataBytes, file)] as const);
  places.sort(([, a], [, b]) => a.begin - b.begin || a.bytes - b.bytes);
  let end = 0;
  for (const [tensor, { begin, bytes }] of places) {
    if (begin !== end) {
      const what = begin < end ? "shares bytes with another tensor" : "has unused bytes in front of it";
      throw new CheckpointError(what, { file, tensor, expected: `data from byte ${end}`, found: `from ${begin}` });
    }
    end = begin + bytes;
  }
  if (end !== dataBytes) {
    const facts = { file, expected: `${end} bytes of data`, found: `${dataBytes}` };
    throw new CheckpointError("bytes that belong to no tensor", facts);
  }
  return { metadata, tensors: new Map(places), warnings };
}

function decode(header: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header);
  } catch {
    throw new CheckpointError("bad safetensors header", { file, expected: "UTF-8", found: "other bytes" });
  }
}

function checkEntry(
  tensor: string,
  { dtype, shape, begin, end }: HeaderEntry,
  dataBytes: number,
  file: string,
): TensorPlace {
  const demand = (holds: boolean, what: string, expected: string, found: string): void => {
    if (!holds) throw new CheckpointError(what, { file, tensor, expected, found });
  };
  if (!isDtype(dtype)) {
    const expected = `one of ${Object.keys(bytesPerElement).join(", ")}`;
    throw new CheckpointError("dtype not known", { file, tensor, expected, found: quote(dtype) });
  }
  const range = `[${begin}, ${end}]`;
  demand(begin <= end, "bad data_offsets", "an end after the begin", range);
  demand(end <= BigInt(dataBytes), "data missing, the file is cut short", `offsets up to ${dataBytes}`, range);
  const dims = `[${shape.join(", ")}]`;
  let bytes = BigInt(bytesPerElement[dtype]);
  for (const dim of shape) {
    bytes *= dim;
    demand(bytes < 2n ** 64n && dim <= Number.MAX_SAFE_INTEGER, "shape too large", "a size that can exist", dims);
  }
  demand(
    bytes === end - begin,
    "shape and data differ in size",
    `${bytes} bytes for ${dtype} ${dims}`,
    `${end - begin}`,
  );
  return { dtype, shape: shape.map(Number), bytes: Number(bytes), begin: Number(begin) };
}
