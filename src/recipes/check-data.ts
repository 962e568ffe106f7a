import { stat } from "node:fs/promises";
import type { CheckConfig } from "../config.ts";
import { UsageError } from "../errors.ts";
import type { CorpusSource } from "../formats/read.ts";
import { schemaOf } from "../corpus/schema-file.ts";
import type { RelationSchema } from "../corpus/schema.ts";
import { formatSettings, type FormatSettings } from "../formats/settings.ts";
import { inspectFile } from "../inspection/file-encoding.ts";
import { Inspection } from "../inspection/inspection.ts";
import type { Severity } from "../inspection/problem-kinds.ts";
import { countOf, problem, reported, type Problem, type ReportedProblem } from "../inspection/problem.ts";
import { InspectionReading, type InspectedRecord } from "../inspection/reading.ts";
import { inspectionSettings } from "../inspection/settings.ts";
import { pickSettings } from "../settings.ts";
import { DocumentStream, type ReadingEvent } from "../formats/document-stream.ts";
import { readSchema } from "../corpus/read-schema.ts";

export type CheckEvent = ReadingEvent | { readonly type: "problem"; readonly problem: ReportedProblem };

export interface CheckResult {
  readonly sources: readonly CorpusSource[];
  readonly documents: number;
  /** Records of which no document could be made. */
  readonly unreadable: number;
  readonly entities: number;
  readonly relations: number;
  /** Relations that a model predicted. */
  readonly predicted: number;
  /** Labels that a format itself says hold in both directions. */
  readonly symmetricLabels: ReadonlySet<string>;
  readonly problems: Readonly<Record<Severity, number>>;
  readonly seconds: number;
}

/**
 * Looks for everything in annotation files that is wrong or likely to be, one document at a time. Bad data is a problem,
 * not an error.
 * @throws DataError for a file that is empty or of no known format, InputMissingError for a path that is not there
 */
export async function* checkData(
  paths: readonly string[],
  config: CheckConfig,
): AsyncGenerator<CheckEvent, CheckResult> {
  const started = performance.now();
  if (config.fix !== undefined) await requireTwiceReadable(paths);
  const reading = new InspectionReading(readingSettings(config));
  const schema = config.schema === undefined ? undefined : await schemaFrom(config.schema, config.noRelationLabel);
  const inspection = new Inspection(pickSettings(inspectionSettings, config), reading.symmetricLabels, schema);
  const counts = { documents: 0, unreadable: 0, entities: 0, relations: 0, predicted: 0 };
  const problems = { error: 0, warning: 0, info: 0 };
  const report = function* (found: Iterable<Problem>): Generator<CheckEvent> {
    for (const problem of found) {
      problems[problem.severity] += countOf(problem);
      yield { type: "problem", problem: reported(problem) };
    }
  };

  const stream = await DocumentStream.open(paths, reading, config.fix === undefined ? undefined : "same");
  for (const path of paths) yield* report(await inspectFile(path));
  for await (const { document, problems } of inspectedRecords(stream, reading)) {
    yield* report(problems);
    if (document) {
      counts.documents++;
      counts.entities += document.entities.length;
      counts.relations += document.relations.length;
      counts.predicted += document.relations.filter(({ probability }) => probability !== undefined).length;
      yield* report(inspection.add(document));
    } else if (problems.length > 0) counts.unreadable++;
    if (stream.isEventDue) yield stream.progress;
  }
  yield* report(reading.ofFiles());
  yield* report(inspection.finish());
  const { sources } = stream;
  if (counts.documents + counts.unreadable === 0) {
    const message = "nothing was read from it: is there more than a first row or an empty list?";
    yield* report(sources.map(({ path }) => problem("file-without-records", { at: { file: path } }, { message })));
  }
  const { symmetricLabels } = reading;
  return { sources, ...counts, symmetricLabels, problems, seconds: (performance.now() - started) / 1000 };
}

/** Bad documents are never left out in silence here, and never stop the reading. */
export const readingSettings = (config: CheckConfig): FormatSettings =>
  pickSettings(formatSettings, { ...config, skipInvalid: false });

/** All records of a stream, also those that are no documents. */
export async function* inspectedRecords(
  stream: DocumentStream,
  reading: InspectionReading,
): AsyncGenerator<InspectedRecord> {
  for await (const _ of stream.documents()) yield* reading.take();
  yield* reading.take();
}

async function requireTwiceReadable(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const there = await stat(path).catch(() => undefined);
    if (there && !there.isFile() && !there.isDirectory()) {
      throw new UsageError(`--fix reads its data twice, and ${path} is no file: save it as a file first.`);
    }
  }
}

/** A schema with the relations that its file names, and no others. */
async function schemaFrom(path: string, noRelationLabel: string): Promise<RelationSchema> {
  const file = await readSchema(path);
  const names = Object.keys(file.relations).filter((label) => label !== noRelationLabel);
  return schemaOf({ noRelationLabel, id2label: [noRelationLabel, ...names] }, file);
}
