// Reads the outline of JSON that may be cut off: a record with a text of a megabyte or a list of a million tokens still
// shows its keys, and costs no more memory than its keys.

/** Limits of the part of a value that is kept; the rest is skipped. */
const kept = { elements: 32, keys: 256, characters: 256, depth: 32, values: 20_000 };

/** How the sketch of a value ended. `cut`: the bytes ended first; `broken`: the next bytes are no JSON. */
export type SketchEnd = "complete" | "cut" | "broken" | "enough";

export interface Sketch {
  /**
   * The value as JSON.parse returns it, with long strings, lists and objects cut; of an incomplete value, the part that
   * was read.
   */
  readonly value: unknown;
  readonly end: SketchEnd;
  /** End of its last valid token. */
  readonly next: number;
}

const code = (character: string): number => character.charCodeAt(0);
const [quoteMark, backslash, lineFeed, comma, colon] = ['"', "\\", "\n", ",", ":"].map(code);
const [openObject, closeObject, openArray, closeArray] = ["{", "}", "[", "]"].map(code);

const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a;

/** Includes NaN and Infinity, which JSON does not allow but Python writes. */
const words: ReadonlyMap<string, boolean | number> = new Map<string, boolean | number>([
  ["true", true],
  ["false", false],
  ["NaN", NaN],
  ["-Infinity", -Infinity],
]);

/** Reads one value after the other; callers may move `at` between them. */
export class JsonSketcher {
  at: number;
  readonly #bytes: Buffer;
  #end: SketchEnd = "complete";
  #good = 0;
  #values = 0;
  #nextLineFeed = -1;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** The byte after white space; undefined at the end. */
  peek(): number | undefined {
    while (isBlank(this.#bytes[this.at])) this.at++;
    return this.#bytes[this.at];
  }

  sketch(): Sketch {
    this.#end = "complete";
    this.#good = this.at;
    const value = this.#value(0, true);
    return { value, end: this.#end, next: this.#good };
  }

  /** @param isKept whether the value is kept; if not, it is undefined */
  #value(depth: number, isKept: boolean): unknown {
    const first = this.peek();
    const isWanted = isKept && depth < kept.depth;
    if (isWanted && ++this.#values > kept.values) return this.#stop("enough");
    if (first === quoteMark) return this.#string(isWanted);
    if (first !== openObject && first !== openArray) return this.#scalar();
    if (!isWanted) return this.#pass();
    return first === openObject ? this.#object(depth) : this.#array(depth);
  }

  #object(depth: number): Record<string, unknown> {
    // Without a prototype, so that no key of a file has a special meaning.
    const object = Object.create(null) as Record<string, unknown>;
    this.#take();
    for (let count = 0; !this.#closes(closeObject!, count); count++) {
      if (this.#end !== "complete") return object;
      if (this.peek() !== quoteMark) return this.#stop("broken", object);
      const key = this.#string(true);
      if (key === undefined || this.#end !== "complete") return object;
      if (this.peek() !== colon) return this.#stop("broken", object);
      this.#take();
      const isKept = count < kept.keys;
      const value = this.#value(depth + 1, isKept);
      if (isKept && value !== undefined) object[key] = value;
      if (this.#end !== "complete") return object;
    }
    return object;
  }

  #array(depth: number): unknown[] {
    const array: unknown[] = [];
    this.#take();
    for (let count = 0; !this.#closes(closeArray!, count); count++) {
      if (this.#end !== "complete") return array;
      const isKept = count < kept.elements;
      const value = this.#value(depth + 1, isKept);
      if (isKept && value !== undefined) array.push(value);
      if (this.#end !== "complete") return array;
    }
    return array;
  }

  /** Whether the list or object ends here; otherwise skips the comma before its next element. */
  #closes(closing: number, count: number): boolean {
    const byte = this.peek();
    if (byte === closing) {
      this.#take();
      return true;
    }
    if (count > 0) {
      if (byte === comma) this.#take();
      else this.#stop("broken");
    }
    return false;
  }

  #string(isKept: boolean): string | undefined {
    const bytes = this.#bytes;
    const start = this.at + 1;
    let end = bytes.indexOf(quoteMark!, start);
    while (end !== -1 && isEscaped(bytes, start, end)) end = bytes.indexOf(quoteMark!, end + 1);
    if (this.#nextLineFeed < start) {
      const found = bytes.indexOf(lineFeed!, start);
      this.#nextLineFeed = found === -1 ? bytes.length : found;
    }
    // A string does not continue beyond its line.
    const isBroken = this.#nextLineFeed < (end === -1 ? bytes.length : end);
    const stop = isBroken ? this.#nextLineFeed : end === -1 ? bytes.length : end;
    const text = isKept ? decode(bytes, start, stop) : undefined;
    if (isBroken) this.#stop("broken");
    else if (end === -1) this.#stop("cut");
    else {
      this.at = end;
      this.#take();
    }
    return text;
  }

  #scalar(): unknown {
    const start = this.at;
    let end = start;
    while (end < this.#bytes.length && /[\w+\-.]/.test(String.fromCharCode(this.#bytes[end]!))) end++;
    if (end === this.#bytes.length) return this.#stop("cut");
    if (end === start) return this.#stop("broken");
    const text = this.#bytes.toString("latin1", start, Math.min(end, start + 40));
    const known = words.get(text) ?? (text === "null" ? null : Number(text));
    if (Number.isNaN(known) && text !== "NaN") return this.#stop("broken");
    this.at = this.#good = end;
    return known;
  }

  /** Skips a list or an object. */
  #pass(): undefined {
    const bytes = this.#bytes;
    for (let depth = 0; this.at < bytes.length;) {
      const byte = bytes[this.at]!;
      if (byte === quoteMark) {
        this.#string(false);
        if (this.#end !== "complete") return undefined;
        continue;
      }
      this.#take();
      if (byte === openObject || byte === openArray) depth++;
      else if ((byte === closeObject || byte === closeArray) && --depth === 0) return undefined;
    }
    return this.#stop("cut");
  }

  #take(): void {
    this.#good = ++this.at;
  }

  #stop(end: SketchEnd): undefined;
  #stop<T>(end: SketchEnd, value: T): T;
  #stop<T>(end: SketchEnd, value?: T): T | undefined {
    if (this.#end === "complete") this.#end = this.at >= this.#bytes.length ? "cut" : end;
    return value;
  }
}

/** Whether a quotation mark follows an odd number of backslashes. */
function isEscaped(bytes: Buffer, start: number, at: number): boolean {
  let before = at;
  while (before > start && bytes[before - 1] === backslash) before--;
  return (at - before) % 2 === 1;
}

/** The beginning of the string between two quotation marks. */
function decode(bytes: Buffer, start: number, end: number): string {
  const written = bytes.toString("utf8", start, Math.min(end, start + 4 * kept.characters));
  if (!written.includes("\\")) return written.slice(0, kept.characters);
  // An escape sequence may be cut in two.
  for (const whole of [written, written.replace(/\\(?:u[\da-f]{0,3})?$/i, "")]) {
    try {
      return String(JSON.parse(`"${whole}"`)).slice(0, kept.characters);
    } catch {
      continue;
    }
  }
  return written.slice(0, kept.characters);
}
