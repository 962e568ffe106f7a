import { createHash, type Hash } from "node:crypto";
import { reusedPieces } from "../files/reused-pieces.ts";
import type { Shard } from "./manifest.ts";

const lineFeed = 0x0a;
/** The white space of ASCII, as `trim` knows it. */
const blanks: ReadonlySet<number> = new Set([0x09, 0x0b, 0x0c, 0x0d, 0x20]);
/** A longer line is a row, whatever it begins with. */
const longestBlank = 2 ** 16;

/**
 * Cuts a file of lines into shards of whole lines, each ending with its last row. Holds one piece of the file at a time.
 * Blank lines are no rows, as for every reader of lines.
 */
export async function* cutLines(path: string, uri: string, shardRows: number, buffer?: Buffer): AsyncGenerator<Shard> {
  const cutting = new Cutting(uri, shardRows);
  for await (const piece of reusedPieces(path, buffer)) yield* cutting.take(piece);
  yield* cutting.end();
}

class Cutting {
  readonly #uri: string;
  readonly #shardRows: number;
  #hash: Hash = createHash("sha256");
  /** Of the shard: its first byte and line, and the rows so far. */
  #start = 0;
  #firstLine = 1;
  #rows = 0;
  /** Of the file: the bytes before this piece, and the number of this line. */
  #before = 0;
  #line = 1;
  /** Of this line: whether it is a row, and while that is open, what it holds. */
  #isRow = false;
  #open: Buffer[] = [];

  constructor(uri: string, shardRows: number) {
    this.#uri = uri;
    this.#shardRows = shardRows;
  }

  *take(piece: Buffer): Generator<Shard> {
    let hashed = 0;
    let from = 0;
    for (let end = piece.indexOf(lineFeed); end !== -1; end = piece.indexOf(lineFeed, from)) {
      this.#endLine(piece.subarray(from, end));
      from = end + 1;
      if (this.#rows < this.#shardRows) continue;
      this.#hash.update(piece.subarray(hashed, from));
      hashed = from;
      yield this.#close(this.#before + from);
    }
    // A copy, since the rest of the line comes in the same buffer.
    if (!this.#isRow) this.#see(Buffer.from(piece.subarray(from)));
    this.#hash.update(piece.subarray(hashed));
    this.#before += piece.length;
  }

  /** The last line may lack its end. Blank lines after the last row are in no shard. */
  *end(): Generator<Shard> {
    this.#endLine(Buffer.alloc(0));
    if (this.#rows > 0) yield this.#close(this.#before);
  }

  /** Looks whether the line says anything. One that begins with other characters than ASCII is looked at whole. */
  #see(part: Buffer): void {
    if (this.#isRow || part.length === 0) return;
    this.#open.push(part);
    const line = this.#open.length === 1 ? part : Buffer.concat(this.#open);
    const first = line.find((byte) => !blanks.has(byte));
    if ((first === undefined || first >= 0x80) && line.length < longestBlank) return;
    this.#isRow = true;
    this.#open = [];
  }

  #endLine(part: Buffer): void {
    this.#see(part);
    if (this.#isRow || (this.#open.length > 0 && Buffer.concat(this.#open).toString().trim() !== "")) this.#rows++;
    this.#isRow = false;
    this.#open = [];
    this.#line++;
  }

  #close(end: number): Shard {
    const shard: Shard = {
      uri: this.#uri,
      start: this.#start,
      end,
      line: this.#firstLine,
      rows: this.#rows,
      sha256: this.#hash.digest("hex"),
    };
    this.#hash = createHash("sha256");
    this.#start = end;
    this.#firstLine = this.#line;
    this.#rows = 0;
    return shard;
  }
}
