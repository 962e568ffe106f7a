import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SplitConfig } from "../config.ts";
import type { Document } from "../corpus/document.ts";
import { NoticeLog, type Notice } from "../corpus/notices.ts";
import { partitionDocuments, type Part } from "../corpus/partition.ts";
import { relationsByPart, type LabelCount } from "../corpus/part-counts.ts";
import type { FormatWriter, WriteContext } from "../formats/format.ts";
import type { FormatName } from "../formats/names.ts";
import type { CorpusSource } from "../formats/read.ts";
import { formatSettings } from "../formats/settings.ts";
import { readWholeCorpus } from "../formats/whole-corpus.ts";
import { requireWriter, writeDocuments } from "../formats/write.ts";
import { pickSettings } from "../settings.ts";
import { oneFormat, type ReadingEvent } from "../formats/document-stream.ts";
import { FilePieces, FolderPieces } from "../files/pieces.ts";
import { StagedFolder } from "../files/staged-folder.ts";
import { isPredicted } from "../corpus/predictions.ts";
import { wantedParts, writtenParts } from "../corpus/split-parts.ts";

/** A part of the corpus, or the test part of a fold. */
export interface SplitPart {
  readonly name: string;
  readonly share: number;
  /** Documents that the share is, and those it has; they differ where large groups stay together. */
  readonly wanted: number;
  readonly documents: number;
  /** Relations by label, the most frequent of the whole corpus first. */
  readonly relations: readonly LabelCount[];
  /** Where it was written; of a fold, its folder, with `train` and `test`. */
  readonly path: string;
}

export interface SplitResult {
  readonly format: FormatName;
  readonly sources: readonly CorpusSource[];
  readonly documents: number;
  readonly parts: readonly SplitPart[];
  readonly notices: readonly Notice[];
  /** The losses and changes that the format's writer reports. */
  readonly losses: readonly Notice[];
}

/**
 * Parts annotation files into files of the same format, by document and by what belongs together (see
 * partitionDocuments). The output folder appears as a whole at the end, or not at all.
 * @throws UsageError for files of several formats or of one that is only read, and for an output folder that may not
 * be replaced; DataError as readCorpus, and for too few documents.
 */
export async function* splitData(
  paths: readonly string[],
  config: SplitConfig,
): AsyncGenerator<ReadingEvent, SplitResult> {
  const wanted = wantedParts(config);
  const staged = await StagedFolder.create(config.output, config);
  let isWritten = false;
  try {
    const { documents, reading, stream } = yield* readWholeCorpus(paths, pickSettings(formatSettings, config));
    const { notices } = reading;
    const format = oneFormat(stream.sources);
    const writer = requireWriter(format);
    const { groupBy, noStratify, seed, noRelationLabel, fields } = config;
    const parts = partitionDocuments(documents, { parts: wanted, groupBy, isStratified: !noStratify, seed }, notices);

    const losses = new NoticeLog();
    const context = {
      notices: losses,
      noRelationLabel,
      predictions: documents.some(isPredicted),
      modelVersion: "relata",
      fields,
      symmetricLabels: reading.symmetricLabels,
    };
    for (const [i, { name, part }] of writtenParts(parts, documents, config.folds !== undefined).entries()) {
      // The other folds write the same documents again.
      const once = config.folds === undefined || i < 2;
      await write(join(staged.folder, name), part, writer, once ? context : { ...context, notices: new NoticeLog() });
    }
    await staged.commit();
    isWritten = true;
    return {
      format,
      sources: stream.sources,
      documents: documents.length,
      parts: summaries(parts, config, writer),
      notices: notices.list(),
      losses: losses.list(),
    };
  } finally {
    if (!isWritten) await staged.discard();
  }
}

async function write(
  name: string,
  documents: readonly Document[],
  writer: FormatWriter,
  context: WriteContext,
): Promise<void> {
  const path = `${name}${writer.extension}`;
  await mkdir(writer.layout === "file" ? dirname(path) : path, { recursive: true });
  const pieces = writer.layout === "file" ? new FilePieces(path) : new FolderPieces(path);
  try {
    for await (const piece of writeDocuments(documents, writer, context)) await pieces.write(piece);
    await pieces.close();
  } catch (error) {
    await pieces.abandon();
    throw error;
  }
}

function summaries(parts: readonly Part[], { output, folds }: SplitConfig, writer: FormatWriter): SplitPart[] {
  const relations = relationsByPart(parts);
  return parts.map(({ name, share, wanted, documents }, i) => ({
    name,
    share,
    wanted,
    documents: documents.length,
    relations: relations[i]!,
    path: join(output, folds === undefined ? `${name}${writer.extension}` : name),
  }));
}
