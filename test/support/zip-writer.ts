// Zip archives as torch.save writes them, and with any of their fields wrong.
import { crc32, deflateRawSync } from "node:zlib";
import { concat, uint } from "./pickle-writer.ts";
import type { Piece } from "./pickle-writer.ts";

export interface EntryParts {
  readonly name: string;
  readonly data: Uint8Array;
  readonly isDeflated?: boolean;
  readonly flags?: number;
  /** Fields of the local header that differ. */
  readonly local?: {
    readonly name?: string;
    readonly bytes?: number;
    readonly method?: number;
    readonly extra?: Piece;
  };
  /** Fields of the central directory that differ. */
  readonly central?: { readonly bytes?: number; readonly start?: number; readonly extra?: Piece };
}

export interface ArchiveParts {
  readonly prefix?: Piece;
  readonly comment?: Piece;
  readonly count?: number;
  readonly directoryStart?: number;
  /** Numbers in the zip64 record, which is written if this is given. */
  readonly zip64?: { readonly count?: number; readonly start?: number; readonly bytes?: number; readonly at?: number };
  /** Whether the archive's end leaves its numbers to the zip64 record. */
  readonly areElsewhere?: boolean;
}

export function zip(entries: readonly EntryParts[], parts: ArchiveParts = {}): Buffer {
  const { prefix = new Uint8Array(), comment = new Uint8Array(), areElsewhere = false } = parts;
  const pieces: Piece[] = [prefix];
  const central: Piece[] = [];
  let at = prefix.length;
  for (const { name, data, isDeflated = false, flags = 0, local = {}, central: says = {} } of entries) {
    const stored = isDeflated ? deflateRawSync(data) : data;
    const method = isDeflated ? 8 : 0;
    const numbers = (bytes: number): Piece =>
      concat(uint(crc32(data), 4), uint(isDeflated ? stored.length : bytes, 4), uint(bytes, 4));
    const localName = Buffer.from(local.name ?? name, "latin1");
    const localExtra = local.extra ?? new Uint8Array();
    const header = concat(
      Buffer.from("PK\x03\x04\0\0", "latin1"),
      uint(flags, 2),
      uint(local.method ?? method, 2),
      uint(0, 4),
      numbers(local.bytes ?? data.length),
      uint(localName.length, 2),
      uint(localExtra.length, 2),
      localName,
      localExtra,
    );
    const extra = says.extra ?? new Uint8Array();
    central.push(
      Buffer.from("PK\x01\x02\0\0\0\0", "latin1"),
      uint(flags, 2),
      uint(method, 2),
      uint(0, 4),
      numbers(says.bytes ?? data.length),
      uint(Buffer.byteLength(name, "latin1"), 2),
      uint(extra.length, 2),
      new Uint8Array(10),
      uint(says.start ?? at, 4),
      Buffer.from(name, "latin1"),
      extra,
    );
    pieces.push(header, stored);
    at += header.length + stored.length;
  }
  const directory = concat(...central);
  const start = parts.directoryStart ?? at;
  const count = parts.count ?? entries.length;
  if (parts.zip64) {
    const long = { count, start, bytes: directory.length, at: at + directory.length, ...parts.zip64 };
    const record = [44, 0x1e, 0, long.count, long.count, long.bytes, long.start];
    const widths = [8, 4, 8, 8, 8, 8, 8];
    central.push(
      Buffer.from("PK\x06\x06", "latin1"),
      ...record.map((value, i) => uint(value, widths[i]!)),
      Buffer.from("PK\x06\x07\0\0\0\0", "latin1"),
      uint(long.at, 8),
      uint(1, 4),
    );
  }
  return concat(
    ...pieces,
    ...central,
    Buffer.from("PK\x05\x06\0\0\0\0", "latin1"),
    uint(areElsewhere ? 0xffff : count, 2),
    uint(areElsewhere ? 0xffff : count, 2),
    uint(areElsewhere ? 0xffffffff : directory.length, 4),
    uint(areElsewhere ? 0xffffffff : start, 4),
    uint(comment.length, 2),
    comment,
  );
}

/** The archive of a state dict. */
export const torchZip = (pickle: Uint8Array, storages: Readonly<Record<string, Uint8Array>> = {}): Buffer =>
  zip([
    { name: "archive/data.pkl", data: pickle },
    { name: "archive/byteorder", data: Buffer.from("little") },
    ...Object.entries(storages).map(([key, data]) => ({ name: `archive/data/${key}`, data })),
    { name: "archive/version", data: Buffer.from("3\n") },
  ]);
