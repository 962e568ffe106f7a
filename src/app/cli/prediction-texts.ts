import { SourceFile } from "../../formats/source/source-file.ts";
import { readDocuments } from "../../formats/read.ts";
import { CorpusReading } from "../../formats/reading.ts";
import { detectFormat } from "../../formats/registry.ts";
import { formatSettings, type FormatSettings } from "../../formats/settings.ts";
import { stat } from "node:fs/promises";
import { pickSettings } from "../../settings.ts";
import type { DocumentInput } from "../../recipes/pre-annotate.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { readPredictionLines } from "./prediction-lines.ts";

/** Texts to be labelled, and what was treated specially in reading them. */
export interface PredictionTexts {
  readonly texts: AsyncGenerator<DocumentInput>;
  readonly notices: NoticeLog | undefined;
}

/**
 * The texts of a file: JSON Lines of {text, entities}, or with their entities those of any annotation format, folder or
 * archive. Annotated relations are not looked at.
 * @param path `-` for JSON Lines on standard input
 */
export async function readPredictionTexts(path: string, config: FormatSettings): Promise<PredictionTexts> {
  if (path === "-" || (config.format === undefined && (await isPlainLines(path, config)))) {
    return { texts: readPredictionLines(path), notices: undefined };
  }
  const reading = new CorpusReading({ settings: pickSettings(formatSettings, config), uniqueIds: false });
  async function* texts(): AsyncGenerator<DocumentInput> {
    for await (const { id, text, entities, metadata, source } of readDocuments(path, reading)) {
      yield { id, text, entities, ...(metadata ? { metadata } : {}), ...(source ? { source } : {}) };
    }
  }
  return { texts: texts(), notices: reading.notices };
}

/** Whether a file is in no other format than the lines of our own, or in none that is known. */
async function isPlainLines(path: string, config: FormatSettings): Promise<boolean> {
  // A pipe can be read but once, and a folder or an archive is no file of lines.
  const there = await stat(path).catch(() => undefined);
  if (there && !there.isFile()) return !there.isDirectory();
  if (/\.(?:zip|gz)$/i.test(path)) return false;
  const file = await SourceFile.open(path);
  const name = detectFormat(file.probe, config)?.name;
  await file.close();
  return name === undefined || name === "relata";
}
