import { JsonSketcher, type Sketch } from "./json-sketch.ts";

/** What a format is told by: the beginning of a file, as it is and as the JSON that it may be. */
export interface Probe {
  /** The first 512 bytes. */
  readonly bytes: Buffer;
  /** As SourceFile.path, without `.gz`, for formats that only the name of the file tells apart. */
  readonly path: string;
  /** The first 256 KiB, as text, without a byte-order mark. */
  readonly head: string;
  /**
   * The first records of a file of JSON, whether one stands on each line, all are elements of one list, or they are
   * spread over several lines: at most 32, their long strings and lists cut short, the last one as far as it was there.
   * None for another file.
   */
  readonly records: readonly unknown[];
  /** Whether each record stands on a line of its own, all are in a list, or they are spread as they will; undefined for what is no JSON. */
  readonly layout: "lines" | "list" | "values" | undefined;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Whether one of the first records is an object of which this holds. */
export const someRecord = ({ records }: Pick<Probe, "records">, is: (record: JsonObject) => boolean): boolean =>
  records.some((record) => isObject(record) && is(record));

/** As someRecord, also of the elements of the list under this key of a record. */
export const someRecordIn = (
  key: string,
  probe: Pick<Probe, "records">,
  is: (record: JsonObject) => boolean,
): boolean =>
  someRecord(probe, (record) => is(record) || (isList(record[key]) && someRecord({ records: record[key] }, is)));

/** Whether a value is a list that is empty or has an object of which this holds. */
export const listOf = (value: unknown, is: (element: JsonObject) => boolean): boolean =>
  isList(value) && (value.length === 0 || value.some((element) => isObject(element) && is(element)));

/** How much of a file is looked at as text; also the size of one read. */
export const headBytes: number = 256 * 1024;

const recordsKept = 32;
const openArray = 0x5b;
const closeArray = 0x5d;
const comma = 0x2c;
const lineFeed = 0x0a;
const byteOrderMark = Buffer.from("\uFEFF");

const startOf = (bytes: Buffer): number => (bytes.indexOf(byteOrderMark) === 0 ? byteOrderMark.length : 0);

/** Whether these bytes begin a record of JSON that goes on after them, so that more of them would show more of it. */
export function endsInFirstRecord(bytes: Buffer): boolean {
  const [first] = sketchRecords(bytes, 1).sketches;
  return first?.end === "cut";
}

/** A probe of the beginning of a file. */
export function probeBytes(bytes: Buffer, path: string): Probe {
  const { sketches, layout } = sketchRecords(bytes, recordsKept);
  return {
    bytes: bytes.subarray(0, 512),
    path: path.replace(/\.gz$/i, ""),
    head: new TextDecoder().decode(bytes.subarray(0, headBytes)),
    records: sketches.map(({ value }) => value),
    layout,
  };
}

/** A probe of a text, as of a file that begins with it. */
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
    // Also where two begin on one line.
    const isBeside = sketches.length > 1 && !bytes.subarray(lastEnd, start).includes(lineFeed);
    if (!isList && isWhole && (isSpread || isBeside)) layout = "values";
    if (sketch.end === "cut" || sketch.end === "enough") break;
    lastEnd = sketch.next;
    if (sketch.end === "broken") {
      // On lines, the next one may be whole again.
      const lineEnd = bytes.indexOf(lineFeed, sketch.next);
      if (layout !== "lines" || lineEnd === -1) break;
      sketcher.at = lineEnd + 1;
      lastEnd = lineEnd;
    }
  }
  return { sketches, layout };
}
