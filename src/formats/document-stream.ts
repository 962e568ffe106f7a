import { stat } from "node:fs/promises";
import { UsageError } from "../errors.ts";
import type { Document } from "../corpus/document.ts";
import type { ReadContext } from "../formats/format.ts";
import { readDocuments, type CorpusSource } from "../formats/read.ts";
import type { FormatName } from "../formats/names.ts";
import { requireUsed } from "../formats/used-settings.ts";
import { openSources, type Source } from "../formats/source/open-sources.ts";
import type { SourceFile } from "../formats/source/source-file.ts";
import { withResult } from "../generators.ts";

/** Progress of reading files. */
export interface ReadingEvent {
  readonly type: "reading";
  readonly documents: number;
  /** Unpacked. */
  readonly bytes: number;
  /** Absent where nobody knows it before the end: of pipes, folders and packed files. */
  readonly totalBytes: number | undefined;
}

/** The format that is written of what is read, which may look at the same settings; "same" for that which is read. */
export type WrittenFormat = FormatName | "same" | undefined;

/** Milliseconds between two events; more would only be thrown away. */
const eventInterval = 100;

/** The documents of several files, one at a time, and how far their reading is. */
export class DocumentStream {
  /** Those that were read to their end. */
  readonly sources: CorpusSource[] = [];
  readonly #paths: readonly string[];
  readonly #context: ReadContext;
  readonly #totalBytes: number | undefined;
  readonly #written: WrittenFormat;
  #documents = 0;
  #bytesOfClosed = 0;
  #open: SourceFile | undefined;
  #lastEvent = 0;

  private constructor(
    paths: readonly string[],
    context: ReadContext,
    totalBytes: number | undefined,
    written: WrittenFormat,
  ) {
    this.#paths = paths;
    this.#context = context;
    this.#totalBytes = totalBytes;
    this.#written = written;
  }

  static async open(paths: readonly string[], context: ReadContext, written?: WrittenFormat): Promise<DocumentStream> {
    if (paths.length === 0) throw new UsageError("no data file was named: name at least one annotation export.");
    const sizes = await Promise.all(paths.map(sizeOf));
    const total = sizes.includes(undefined) ? undefined : sizes.reduce<number>((sum, size) => sum + size!, 0);
    return new DocumentStream(paths, context, total, written);
  }

  /**
   * @param note called with each document
   * @throws as readDocuments; UsageError at the end for a setting that no reader looked at
   */
  async *documents(note: (document: Document) => void = () => {}): AsyncGenerator<Document> {
    for (const path of this.#paths) {
      const reading = withResult(readDocuments(path, this.#context, this.#watched(path)));
      for await (const document of reading.events) {
        this.#documents++;
        note(document);
        yield document;
      }
      this.sources.push(reading.result());
    }
    const names = this.sources.flatMap((source) => source.formats);
    const written = this.#written === "same" ? names : this.#written === undefined ? [] : [this.#written];
    requireUsed(this.#context.settings, names, written);
  }

  get progress(): ReadingEvent {
    const bytes = this.#bytesOfClosed + (this.#open?.bytes ?? 0);
    return { type: "reading", documents: this.#documents, bytes, totalBytes: this.#totalBytes };
  }

  /** Whether the next event is due; if it is, the interval begins anew. */
  get isEventDue(): boolean {
    const now = performance.now();
    if (now - this.#lastEvent < eventInterval) return false;
    this.#lastEvent = now;
    return true;
  }

  async *#watched(path: string): AsyncGenerator<Source> {
    for await (const source of openSources(path, this.#context)) {
      this.#open = source.file;
      yield source;
      this.#bytesOfClosed += source.file.bytes;
      this.#open = undefined;
    }
  }
}

/** The bytes that will be read of a path, where that is known. */
async function sizeOf(path: string): Promise<number | undefined> {
  const there = await stat(path).catch(() => undefined);
  return there?.isFile() && !/\.(?:gz|zip|parquet)$/i.test(path) ? there.size : undefined;
}

/** The format of all the sources, which what is written of them has too. @throws UsageError if there are several */
export function oneFormat(sources: readonly CorpusSource[]): FormatName {
  const found = [...new Set(sources.flatMap(({ formats }) => formats))];
  const [format] = found;
  if (format && found.length === 1) return format;
  throw new UsageError(
    `The files are of several formats (${found.join(", ")}), and the output has the format of its files. ` +
      "Bring them into one first: relata data convert.",
  );
}
