import { CheckpointError } from "../checkpoint-error.ts";
import type { TensorFile } from "./tensor-file.ts";
import { numElements } from "./tensor.ts";

/** A request: a tensor of the file, or some of its rows. */
export interface WantedWeight {
  readonly name: string;
  readonly rows?: readonly number[] | undefined;
}

/** The number of reads at once: enough to keep the disk busy; each may hold a piece that it converts. */
const readsAtOnce = 24;

/**
 * Reads tensors, or some of their rows, as float32; several are read at once, and many share a buffer.
 * @throws CheckpointError for the first of them, in their order, that cannot be used, also for NaN and infinity, which
 * would silently spoil every answer. All reads have ended by then.
 */
export async function readWeights(
  file: TensorFile,
  wanted: readonly WantedWeight[],
): Promise<Float32Array<ArrayBuffer>[]> {
  const weights: Float32Array<ArrayBuffer>[] = Array.from({ length: wanted.length });
  const needsNoRoom = ({ name, rows }: WantedWeight): boolean =>
    rows !== undefined || (file.isShared?.(name) ?? file.isInMemory?.(name) ?? false);
  const targets = roomFor(wanted.map((one) => (needsNoRoom(one) ? 0 : numElements(file.info(one.name).shape))));
  const failures = new Map<number, unknown>();
  let next = 0;
  const readOn = async (): Promise<void> => {
    while (next < wanted.length && failures.size === 0) {
      const i = next++;
      const { name, rows } = wanted[i]!;
      try {
        weights[i] = await readWeight(file, name, rows, targets[i]);
      } catch (error) {
        failures.set(i, error);
      }
    }
  };
  await Promise.all(Array.from({ length: readsAtOnce }, readOn));
  // All earlier ones were started before it.
  if (failures.size > 0) throw failures.get(Math.min(...failures.keys()));
  return weights;
}

/** Reads one tensor. */
export async function readWeight(
  file: TensorFile,
  name: string,
  rows?: readonly number[],
  target?: Float32Array<ArrayBuffer>,
): Promise<Float32Array<ArrayBuffer>> {
  const data = rows ? await file.readRows(name, rows) : await file.read(name, target);
  if (file.isShared?.(name)) return data;
  const wrong = firstNonFinite(data);
  if (wrong < 0) return data;
  throw unusableWeight(file.path, name, data, wrong);
}

/** The error of a weight that is NaN or infinite at a place. */
export const unusableWeight = (file: string, tensor: string, data: Float32Array, place: number): CheckpointError =>
  new CheckpointError("unusable weights", {
    file,
    tensor,
    expected: "finite numbers",
    found: `${data[place]} at ${place}`,
    next: "The training that wrote them diverged.",
  });

/** The size above which a tensor has a buffer of its own. */
const bufferBytes = 2 ** 30;
/** A cache line: arrays that start at one are as fast in a shared buffer as alone. */
const alignment = 64;

/**
 * Allocates arrays of these lengths in few buffers: each buffer makes the garbage collector scan the whole heap, which
 * takes longer than to read its content. An entry is undefined if there is nothing to hold.
 */
function roomFor(lengths: readonly number[]): (Float32Array<ArrayBuffer> | undefined)[] {
  const sizes = lengths.map((length) => Math.ceil((length * Float32Array.BYTES_PER_ELEMENT) / alignment) * alignment);
  const arrays: (Float32Array<ArrayBuffer> | undefined)[] = [];
  for (let start = 0, end: number; start < sizes.length; start = end) {
    let bytes = sizes[start]!;
    for (end = start + 1; end < sizes.length && bytes + sizes[end]! <= bufferBytes; end++) bytes += sizes[end]!;
    const buffer = new ArrayBuffer(bytes);
    for (let i = start, at = 0; i < end; at += sizes[i++]!)
      arrays.push(lengths[i] === 0 ? undefined : new Float32Array(buffer, at, lengths[i]));
  }
  return arrays;
}

/** Returns the position of the first NaN or infinity, −1 if there is none. */
export function firstNonFinite(values: Float32Array): number {
  // Zero times a number is zero, except for these. Four sums take half the time, since each addition waits for the one
  // before.
  let [a, b, c, d] = [0, 0, 0, 0];
  const end = values.length - (values.length % 4);
  for (let i = 0; i < end; i += 4) {
    a += values[i]! * 0;
    b += values[i + 1]! * 0;
    c += values[i + 2]! * 0;
    d += values[i + 3]! * 0;
  }
  const isFinite = a + b + c + d === 0;
  for (let i = isFinite ? end : 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
