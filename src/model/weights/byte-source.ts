import { CheckpointError } from "../checkpoint-error.ts";

/** A source of bytes that are read by position: an open file, or a buffer in memory. */
export interface ByteSource {
  read(target: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  /** The bytes themselves, if they are in memory: a view, which nobody may write to. */
  view?(position: number, length: number): Uint8Array<ArrayBuffer>;
  close(): Promise<void>;
}

/** Makes a source of bytes in memory. */
export const sourceOf = (bytes: Uint8Array): ByteSource => ({
  ...(bytes.buffer instanceof ArrayBuffer
    ? { view: (position, length) => new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset + position, length) }
    : {}),
  read(target, offset, length, position) {
    const piece = bytes.subarray(position, position + length);
    target.set(piece, offset);
    return Promise.resolve({ bytesRead: piece.byteLength });
  },
  close: () => Promise.resolve(),
});

/**
 * The most bytes of one read: read() of Linux ends at 2 GiB, and elements that are converted pass through such a
 * buffer.
 */
export const pieceBytes: number = 2 ** 24;

/** Fills `target` from `position` on. @throws CheckpointError if the file ends before that. */
export async function readFully(source: ByteSource, target: Uint8Array, position: number, file: string): Promise<void> {
  for (let done = 0; done < target.byteLength;) {
    const length = Math.min(pieceBytes, target.byteLength - done);
    const { bytesRead } = await source.read(target, done, length, position + done);
    if (bytesRead === 0) {
      const facts = { file, expected: `${target.byteLength} bytes at ${position}`, found: `${done}` };
      throw new CheckpointError("the file became shorter while it was read", facts);
    }
    done += bytesRead;
  }
}

/** Reads into new memory; the caller must have compared `length` with the file's size. */
export async function readBytes(
  source: ByteSource,
  position: number,
  length: number,
  file: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  await readFully(source, bytes, position, file);
  return bytes;
}
