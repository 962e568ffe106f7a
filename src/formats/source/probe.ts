import { utf16ToUtf8, windows1252Text } from "./encoding.ts";
import { JsonSketcher, type Sketch } from "./json-sketch.ts";

/** The evidence from which a format is detected: the beginning of a file, raw and, if possible, parsed as JSON. */
export interface Probe {
  /** The first 512 bytes. */
  readonly bytes: Buffer;
  /** SourceFile.path without `.gz`, for formats that differ only in the name of the file. */
  readonly path: string;
  /** The first 256 KiB, as text, without a byte-order mark; of bytes that are not UTF-8, as Windows-1252. */
  readonly head: string;
  /**
   * The first records of a JSON file, whether one per line, elements of one list, or spread over several lines: at most
   * 32, with long strings and lists cut, and the last one possibly incomplete. Empty for other files.
   */
  readonly records: readonly unknown[];
  /**
   * Layout of the records: each on its own line, all in a list, or spread over lines freely; undefined if the file is
   * no JSON.
   */
  readonly layout: "lines" | "list" | "values" | undefined;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Whether one of the first records is an object that satisfies `is`. */
export const someRecord = ({ records }: Pick<Probe, "records">, is: (record: JsonObject) => boolean): boolean =>
  records.some((record) => isObject(record) && is(record));

/** Like someRecord, but also checks the elements of the list under this key of a record. */
export const someRecordIn = (
  key: string,
  probe: Pick<Probe, "records">,
  is: (record: JsonObject) => boolean,
): boolean =>
  someRecord(probe, (record) => is(record) || (isList(record[key]) && someRecord({ records: record[key] }, is)));

/** Whether a value is a list that is empty or has an object that satisfies `is`. */
export const listOf = (value: unknown, is: (element: JsonObject) => boolean): boolean =>
  isList(value) && (value.length === 0 || value.some((element) => isObject(element) && is(element)));

/** Number of bytes of a file that are inspected as text; also the size of one read. */
export const headBytes: number = 256 * 1024;

const recordsKept = 32;
const openArray = 0x5b;
const closeArray = 0x5d;
const comma = 0x2c;
const lineFeed = 0x0a;
const byteOrderMark = Buffer.from("\uFEFF");

const startOf = (bytes: Buffer): number => (bytes.indexOf(byteOrderMark) === 0 ? byteOrderMark.length : 0);

/** Whether the bytes end inside the first JSON record, so that more bytes would show more of it. */
export function endsInFirstRecord(bytes: Buffer): boolean {
  const [first] = sketchRecords(bytes, 1).sketches;
  return first?.end === "cut";
}

/** Makes a probe from the beginning of a file. */
export function probeBytes(bytes: Buffer, path: string): Probe {
  const { sketches, layout } = sketchRecords(bytes, recordsKept);
  return {
    bytes: bytes.subarray(0, 512),
    path: path.replace(/\.gz$/i, ""),
    head: headText(bytes.subarray(0, headBytes)),
    records: sketches.map(({ value }) => value),
    layout,
  };
}

/** The first character beyond ASCII decides: a file cannot be of two encodings, and a spoilt line is no other encoding. */
function headText(bytes: Buffer): string {
  const text = new TextDecoder().decode(bytes);
  // oxlint-disable-next-line no-control-regex -- the characters of ASCII
  const first = text.search(/[^\u0000-\u007f]/);
  const isInvalid = first >= 0 && text[first] === "\ufffd" && startOf(bytes) === 0 && bytes[first] !== 0xef;
  return isInvalid ? windows1252Text(bytes) : text;
}

/** Makes a probe from the beginning of a file in UTF-16; undefined if its bytes are none. */
export function probeUtf16(bytes: Buffer, path: string, encoding: string): Probe | undefined {
  try {
    return probeBytes(utf16ToUtf8(encoding)(bytes), path);
  } catch {
    return undefined;
  }
}

/** Makes a probe from a text, as of a file that begins with it. */
export const probeText = (text: string, path = ""): Probe => probeBytes(Buffer.from(text), path);

function sketchRecords(bytes: Buffer, limit: number): { sketches: Sketch[]; layout: Probe["layout"] } {
  const sketcher = new JsonSketcher(bytes, startOf(bytes));
  const first = sketcher.peek();
  if (first !== 0x7b && first !== openArray) return { sketches: [], layout: undefined };
  const isList = first === openArray;
  if (isList) sketcher.at++;
  const sketches: Sketch[] = [];
  let lastEnd = 0;
  let layout: Probe["layout"] = isList ? "list" : "lines";
  while (sketches.length < limit) {
    const next = sketcher.peek();
    if (next === undefined) break;
    if (next === comma || next === closeArray) {
      sketcher.at++;
      continue;
    }
    const start = sketcher.at;
    const sketch = sketcher.sketch();
    sketches.push(sketch);
    const isWhole = sketches.length === 1 || sketch.end === "complete";
    const isSpread = bytes.subarray(start, sketch.next).includes(lineFeed);
    // Records are also spread freely if two begin on one line.
    const isBeside = sketches.length > 1 && !bytes.subarray(lastEnd, start).includes(lineFeed);
    if (!isList && isWhole && (isSpread || isBeside)) layout = "values";
    if (sketch.end === "cut" || sketch.end === "enough") break;
    lastEnd = sketch.next;
    if (sketch.end === "broken") {
      // If each record has a line, the next line may be valid again.
      const lineEnd = bytes.indexOf(lineFeed, sketch.next);
      if (layout !== "lines" || lineEnd === -1) break;
      sketcher.at = lineEnd + 1;
      lastEnd = lineEnd;
    }
  }
  return { sketches, layout };
}
