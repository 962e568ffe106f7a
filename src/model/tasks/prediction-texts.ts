import { stat } from "node:fs/promises";
import { EmptyFileError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { DataError } from "../../errors.ts";
import { readDocuments, type CorpusSource } from "../../formats/read.ts";
import { detectFormat } from "../../formats/registry.ts";
import { formatSettings, type FormatSettings } from "../../formats/settings.ts";
import { openAlone, type Source } from "../../formats/source/open-sources.ts";
import { labelStudioTasks } from "../../formats/strangers/label-studio.ts";
import type { Probe } from "../../formats/source/probe.ts";
import { readChunks, SourceFile } from "../../formats/source/source-file.ts";
import { requireUsed } from "../../formats/used-settings.ts";
import { mapped } from "../../generators.ts";
import type { DocumentInput } from "./prediction-input.ts";
import { DocumentStream, type ReadingEvent } from "../../formats/document-stream.ts";
import { PredictionReading } from "./prediction-reading.ts";
import { pickSettings } from "../../settings.ts";

/** Texts to be labelled, and notices of what was treated specially in reading them. */
export interface PredictionTexts {
  readonly texts: AsyncGenerator<DocumentInput>;
  readonly notices: NoticeLog;
  /** The number of texts; undefined if it is not known before the end. */
  readonly count: number | undefined;
}

/**
 * The texts of a file, folder or archive in any annotation format, read as every command reads them, with the pairs that
 * lines of our own ask for. Annotated relations are not looked at. If it can be read twice, it is read to its end first,
 * so that a bad record is reported before anything is answered.
 * @param data a path, or what standard input gives
 * @param finds whether the model finds the entities of a text, so that it may come without
 * @yields how far the first reading is
 * @throws as readDocuments; DataError for text without entities, UsageError for a setting that does nothing here
 */
export async function* readPredictionTexts(
  data: string | AsyncIterable<Buffer>,
  config: FormatSettings,
  finds: boolean,
): AsyncGenerator<ReadingEvent, PredictionTexts> {
  const settings = pickSettings(formatSettings, config);
  if (typeof data !== "string") return readStream("standard input", buffersOf(data), settings, finds);
  const there = await stat(data).catch(() => undefined);
  if (there && !there.isFile() && !there.isDirectory()) return readStream(data, readChunks(data), settings, finds);

  settings.format ??= await formatOfFile(data, settings, finds);
  const stream = await DocumentStream.open([data], new PredictionReading(settings, finds));
  for await (const _ of stream.documents()) if (stream.isEventDue) yield stream.progress;

  const reading = new PredictionReading(settings, finds);
  return { texts: inputs(data, reading), notices: reading.notices, count: stream.progress.documents };
}

/**
 * The format of a file by its beginning; undefined for a folder or an archive, whose files are looked at one by one.
 * @throws as formatOf
 */
export async function formatOfFile(
  path: string,
  settings: FormatSettings,
  finds: boolean,
): Promise<FormatSettings["format"]> {
  const there = await stat(path).catch(() => undefined);
  if (!there?.isFile() || /\.(?:zip|gz)$/i.test(path)) return undefined;
  const { file } = await openAlone(path);
  await file.close();
  return formatOf(file.probe, settings, finds);
}

/** Texts that come once: answered as they come. */
async function readStream(
  name: string,
  chunks: AsyncGenerator<Buffer>,
  settings: FormatSettings,
  finds: boolean,
): Promise<PredictionTexts> {
  let file: SourceFile;
  try {
    file = await SourceFile.open(name, { chunks, enough: 1 });
  } catch (error) {
    if (!(error instanceof EmptyFileError)) throw error;
    return { texts: (async function* () {})(), notices: new PredictionReading(settings, finds).notices, count: 0 };
  }
  const format = settings.format ?? formatOf(file.probe, settings, finds);
  if (format !== undefined) requireUsed(settings, [format]);
  const reading = new PredictionReading({ ...settings, format }, finds);
  async function* sources(): AsyncGenerator<Source> {
    yield { file, isAlone: true };
  }
  return { texts: inputs(name, reading, sources()), notices: reading.notices, count: undefined };
}

async function* buffersOf(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* input;
}

const inputs = (
  path: string,
  reading: PredictionReading,
  sources?: AsyncIterable<Source>,
): AsyncGenerator<DocumentInput, CorpusSource> =>
  mapped(readDocuments(path, reading, sources), (document) => reading.inputOf(document));

/**
 * The format of a file by its beginning. Lines of JSON that no format takes for its own are read as lines of our own, whose
 * reader says what is missing; undefined for anything else.
 * @throws DataError for text that is no data, and for tasks without the entities that the model needs
 */
export function formatOf(probe: Probe, settings: FormatSettings, finds: boolean): FormatSettings["format"] {
  const known = detectFormat(probe, settings)?.name;
  if (known !== undefined) return known;
  if (labelStudioTasks.is(probe)) {
    if (finds) return "label-studio";
    throw new DataError(
      "tasks of Label Studio without annotations, and this model says how given entities are related and finds none itself. " +
        "Name one of --task entities with --entities DIR, use a model of --task both, or annotate the entities first: " +
        "relata annotate does it by rules (docs/labelling.md).",
      { file: probe.path },
    );
  }
  if (probe.layout === "lines") return "relata";
  if (probe.layout === undefined && isProse(probe.head)) {
    if (finds) {
      throw new DataError(
        'the file is plain text: give each text as {"text": "I read it."} on a line of its own, or in any format that `relata data formats` lists.',
        { file: probe.path },
      );
    }
    throw new DataError(
      "the file is plain text, without entities: Relata says how given entities are related, and finds none itself. " +
        'Mark them first, by hand or with a model of --task entities, as {"text": "I read it.", "entities": [[0, 1], [2, 6]]} ' +
        "on each line, or in any format that `relata data formats` lists.",
      { file: probe.path },
    );
  }
  return undefined;
}

/** Whether the first line that says anything is one of words, not of markup, columns or comments. */
function isProse(head: string): boolean {
  const line = head.trimStart().split("\n", 1)[0]!;
  return /^[^<#%{[\t]*$/u.test(line.slice(0, 1000)) && line.trim().split(/\s+/).length > 2 && !/[\t|;]/.test(line);
}
