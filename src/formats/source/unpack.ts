import { pipeline } from "node:stream";
import { createGunzip, createInflateRaw, type Gunzip, type InflateRaw } from "node:zlib";
import { DamagedArchiveError } from "../../corpus/errors.ts";
import { UserError, type SourceLocation } from "../../errors.ts";
import { UnpackBudget, type ArchiveLimits } from "./archive-limits.ts";

const chunkSize = 64 * 1024;

export const isGzip = (first: Buffer): boolean => first[0] === 0x1f && first[1] === 0x8b;

async function* unpack(
  packed: AsyncGenerator<Buffer>,
  engine: Gunzip | InflateRaw,
  at: SourceLocation,
): AsyncGenerator<Buffer> {
  let given = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of packed) {
      given += chunk.length;
      yield chunk;
    }
  }
  try {
    yield* pipeline(counted(), engine, () => {}) as AsyncIterable<Buffer>;
  } catch (cause) {
    if (cause instanceof UserError || !(cause instanceof Error)) throw cause;
    throw new DamagedArchiveError(`it cannot be unpacked (${cause.message})`, at);
  }
  // zlib ignores bytes after the end of the packed data without an error.
  if (engine.bytesWritten < given) throw new DamagedArchiveError("other bytes follow the packed ones", at);
}

/** @throws {DamagedArchiveError} for bytes that are no deflate stream, end early, or continue after its end */
export const inflate = (packed: AsyncGenerator<Buffer>, at: SourceLocation): AsyncGenerator<Buffer> =>
  unpack(packed, createInflateRaw({ chunkSize }), at);

/**
 * Unpacks gzip, which may have several members.
 * @param budget budget of the archive that contains the file, if any
 * @throws {DamagedArchiveError} as inflate, and for a wrong checksum; ArchiveLimitError.
 */
export async function* gunzip(
  packed: AsyncGenerator<Buffer>,
  at: SourceLocation,
  limits: ArchiveLimits,
  budget?: UnpackBudget,
): AsyncGenerator<Buffer> {
  const engine = createGunzip({ chunkSize });
  const spent = budget ?? new UnpackBudget(limits, at, () => engine.bytesWritten);
  for await (const chunk of unpack(packed, engine, at)) {
    spent.spend(chunk.length);
    yield chunk;
  }
}
