import type { CheckConfig } from "../config.ts";
import { documentKey } from "../corpus/copies/entry.ts";
import type { Document } from "../corpus/document.ts";
import { NoticeLog, type Notice } from "../corpus/notices.ts";
import { UsageError, type SourceLocation } from "../errors.ts";
import type { FormatWriter } from "../formats/format.ts";
import type { FormatName } from "../formats/names.ts";
import { formats } from "../formats/registry.ts";
import { writeDocuments } from "../formats/write.ts";
import { repeatLeftOut } from "../inspection/checks/documents.ts";
import { countOf } from "../inspection/problem.ts";
import { InspectionReading, type InspectedRecord } from "../inspection/reading.ts";
import { repairRecord } from "../inspection/repair.ts";
import { inspectionSettings } from "../inspection/settings.ts";
import { quote } from "../quote.ts";
import { pickSettings } from "../settings.ts";
import { checkData, inspectedRecords, readingSettings, type CheckEvent, type CheckResult } from "./check-data.ts";
import { DocumentStream, type ReadingEvent } from "../formats/document-stream.ts";
import { openDataOutput } from "../files/data-output.ts";

export interface RepairResult {
  readonly format: FormatName;
  /** Whether the format that was read cannot be written, so that another one was. */
  readonly isOtherFormat: boolean;
  readonly documents: number;
  readonly files: number;
  readonly bytes: number;
  /** Repairs, by the description of the fix. */
  readonly repairs: readonly Notice[];
  /** Records that could not be written (`not-written`), what the format does not hold (`lost-…`), and what its writer changed. */
  readonly losses: readonly Notice[];
}

/** Those of the check, its result as `checked`, and then the progress of the second reading. */
export type RepairEvent = CheckEvent | { readonly type: "checked"; readonly result: CheckResult };

/**
 * Checks annotation files, then writes them to `output` with everything repaired that is certain.
 * @throws as checkData and repairData
 */
export async function* checkAndRepair(
  paths: readonly string[],
  output: string,
  config: CheckConfig,
): AsyncGenerator<RepairEvent, RepairResult> {
  const checked = yield* checkData(paths, { ...config, fix: output });
  yield { type: "checked", result: checked };
  return yield* repairData(paths, output, config, checked);
}

/**
 * Reads again what was checked and writes it anew with everything repaired that is certain. What is written appears as
 * a whole at the end, or not at all.
 * @throws UsageError for files of several formats, and for an output that may not be replaced
 */
export async function* repairData(
  paths: readonly string[],
  output: string,
  config: CheckConfig,
  checked: CheckResult,
): AsyncGenerator<ReadingEvent, RepairResult> {
  const { format, writer, isOtherFormat } = writerFor(checked);
  const settings = pickSettings(inspectionSettings, config);
  const reading = new InspectionReading(readingSettings(config));
  const stream = await DocumentStream.open(paths, reading, "same");
  const repairs = new NoticeLog();
  const losses = new NoticeLog();
  const written = new Set<string>();

  async function* repaired(): AsyncGenerator<Document> {
    for await (const record of inspectedRecords(stream, reading)) {
      if (!record.document && record.problems.length === 0) continue;
      const { document, fixed, reason } = repairRecord(record, settings);
      for (const one of fixed) {
        for (let i = 0; i < countOf(one); i++)
          repairs.add(one.fix!.description, one.fix!.description, { ...one.at, detail: one.message });
      }
      if (document && written.has(documentKey(document))) {
        const { description } = repeatLeftOut;
        const detail = quote(document.id, 40);
        repairs.add(description, description, { ...placeOfRecord(record), detail });
      } else if (document) {
        written.add(documentKey(document));
        yield document;
      } else losses.add("not-written", notWritten, { ...placeOfRecord(record), detail: reason });
    }
  }

  const target = await openDataOutput(output, writer, config);
  try {
    const context = {
      notices: losses,
      noRelationLabel: config.noRelationLabel,
      predictions: checked.predicted > 0 && checked.predicted === checked.relations,
      modelVersion: "relata",
      fields: config.fields,
      symmetricLabels: checked.symmetricLabels,
    };
    for await (const piece of writeDocuments(repaired(), writer, context)) {
      await target.write(piece);
      if (stream.isEventDue) yield stream.progress;
    }
    const ofTarget = await target.close();
    return {
      format,
      isOtherFormat,
      documents: written.size,
      ...ofTarget,
      repairs: repairs.list(),
      losses: losses.list(),
    };
  } catch (error) {
    await target.abandon();
    throw error;
  }
}

const notWritten = "records with mistakes that cannot be repaired with certainty, not written";

const placeOfRecord = ({ document, problems }: InspectedRecord): SourceLocation =>
  document?.source ?? problems[0]?.at ?? { file: "the documents" };

/** That of the files, or where it is only read Relata's own. */
function writerFor({ sources }: CheckResult): { format: FormatName; writer: FormatWriter; isOtherFormat: boolean } {
  const [format, ...others] = new Set(sources.flatMap(({ formats }) => formats));
  if (format === undefined || others.length > 0) {
    throw new UsageError(
      `--fix writes one file in the format of its data, which are of several: ${[format, ...others].join(", ")}. ` +
        "Check and repair those of one format at a time.",
    );
  }
  const { writer } = formats[format];
  return writer
    ? { format, writer, isOtherFormat: false }
    : { format: "relata", writer: formats.relata.writer!, isOtherFormat: true };
}
