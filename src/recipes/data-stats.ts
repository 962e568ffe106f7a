import type { StatsConfig } from "../config.ts";
import { NoDocumentsError } from "../corpus/errors.ts";
import { formatNotice, type Notice } from "../corpus/notices.ts";
import type { CorpusSource } from "../formats/read.ts";
import { CorpusReading } from "../formats/reading.ts";
import { formatSettings } from "../formats/settings.ts";
import { pickSettings } from "../settings.ts";
import { StatisticsCounter, type CorpusStatistics } from "../statistics/corpus-statistics.ts";
import { estimatedTokens } from "../statistics/lengths.ts";
import { DocumentStream, type ReadingEvent } from "./document-stream.ts";
import { modelTokens } from "./model-tokens.ts";

export interface DataStatistics extends CorpusStatistics {
  readonly sources: readonly CorpusSource[];
  readonly notices: readonly Notice[];
  readonly noRelationLabel: string;
}

/**
 * Counts what annotation files hold, one document at a time. Documents without a pair, which training leaves out, are
 * counted too.
 * @param model folder of the model whose tokenizer counts lengths; without one they are estimated
 * @throws DataError as readCorpus
 */
export async function* dataStats(
  paths: readonly string[],
  config: Omit<StatsConfig, "model">,
  model: string | undefined,
): AsyncGenerator<ReadingEvent, DataStatistics> {
  const { noRelationLabel } = config;
  const tokens = model === undefined ? estimatedTokens : await modelTokens(model);
  const counter = new StatisticsCounter({ noRelationLabel, tokens });
  const reading = new CorpusReading({ settings: pickSettings(formatSettings, config) });
  const stream = await DocumentStream.open(paths, reading);
  for await (const document of stream.documents()) {
    await counter.add(document);
    if (stream.isEventDue) yield stream.progress;
  }
  const notices = reading.notices.list();
  if (stream.progress.documents === 0) throw new NoDocumentsError(paths, notices.map(formatNotice));
  return { sources: stream.sources, notices, noRelationLabel, ...counter.summary() };
}
