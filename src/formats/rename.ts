import type { RenameConfig } from "./rename-settings.ts";
import { NoticeLog, type Notice } from "../corpus/notices.ts";
import { isPredicted } from "../corpus/predictions.ts";
import { Renaming, type RuleCount } from "../corpus/renaming.ts";
import { openDataOutput } from "../files/data-output.ts";
import { oneFormat, type ReadingEvent } from "./document-stream.ts";
import type { FormatName } from "./names.ts";
import { formatSettings } from "./settings.ts";
import { readWholeCorpus } from "./whole-corpus.ts";
import { requireWriter, writeDocuments } from "./write.ts";
import { pickSettings } from "../settings.ts";

export interface RenameResult {
  readonly format: FormatName;
  readonly documents: number;
  readonly rules: readonly RuleCount[];
  /** Relations left out because an entity of theirs was. */
  readonly withoutEntity: number;
  /** Relations that became equal to another of their document, left out. */
  readonly repeated: number;
  readonly notices: readonly Notice[];
  /** The losses and changes that the format's writer reports. */
  readonly losses: readonly Notice[];
}

/**
 * Renames and drops labels and entity types, and writes the documents in the format in which they were read.
 * @throws UsageError for rules that cannot be read or change nothing, files of several formats or of one that is only
 * read, and an output that may not be replaced; DataError as readCorpus.
 */
export async function* renameData(
  paths: readonly string[],
  output: string,
  config: RenameConfig,
): AsyncGenerator<ReadingEvent, RenameResult> {
  const renaming = new Renaming(config);
  const { documents, reading, stream } = yield* readWholeCorpus(paths, pickSettings(formatSettings, config));
  const { notices } = reading;
  const renamed = documents.map((document) => renaming.apply(document));
  const rules = renaming.counts();
  const format = oneFormat(stream.sources);
  const writer = requireWriter(format);
  const losses = new NoticeLog();
  const context = {
    notices: losses,
    noRelationLabel: config.noRelationLabel,
    predictions: documents.some(isPredicted),
    modelVersion: "relata",
    fields: config.fields,
    symmetricLabels: reading.symmetricLabels,
  };
  const target = await openDataOutput(output, writer, config);
  let isWritten = false;
  try {
    for await (const piece of writeDocuments(renamed, writer, context)) await target.write(piece);
    await target.close();
    isWritten = true;
  } finally {
    if (!isWritten) await target.abandon();
  }
  return {
    format,
    documents: documents.length,
    rules,
    ...renaming.consequences,
    notices: notices.list(),
    losses: losses.list(),
  };
}
