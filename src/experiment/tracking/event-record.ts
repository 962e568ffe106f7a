import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { maskedCrc32c } from "./crc32c.ts";

/** An event of TensorBoard: its event.proto and summary.proto, of which a run needs these fields. */
export interface EventRecord {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step?: number;
  readonly fileVersion?: string;
  /** Tags with their values. */
  readonly scalars?: Readonly<Record<string, number>>;
  /** Whether a run begins or goes on here: TensorBoard then drops what an earlier file has from this step on. */
  readonly isStart?: boolean;
}

/** The version of the first event of each file. */
export const fileVersion = "brain.Event:2";

/** An event as a record of a TFRecord file: length, its checksum, data, their checksum. */
export function eventRecord(event: EventRecord): Uint8Array {
  const data = encoded(event);
  const record = new Uint8Array(12 + data.length + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}

function encoded({ wallTime, step, fileVersion: version, scalars, isStart }: EventRecord): Uint8Array {
  const writer = new BinaryWriter().tag(1, WireType.Bit64).double(wallTime);
  // A step of 0 is what a message without one says.
  if (step) writer.tag(2, WireType.Varint).int64(step);
  if (version !== undefined) writer.tag(3, WireType.LengthDelimited).string(version);
  if (scalars) {
    writer.tag(5, WireType.LengthDelimited).fork();
    for (const [tag, value] of Object.entries(scalars)) {
      writer.tag(1, WireType.LengthDelimited).fork();
      writer.tag(1, WireType.LengthDelimited).string(tag);
      // As bytes: `float` refuses a number beyond float32, which a diverged run has.
      writer.tag(2, WireType.Bit32).fixed32(floatBits(value));
      writer.join();
    }
    writer.join();
  }
  if (isStart) writer.tag(7, WireType.LengthDelimited).fork().tag(1, WireType.Varint).int32(1).join();
  return writer.finish();
}

const floatBits = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;
