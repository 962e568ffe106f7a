import type { StatsConfig } from "../config.ts";
import type { Copy } from "../corpus/copies/copy-plan.ts";
import { NoDocumentsError } from "../corpus/errors.ts";
import { formatNotice, type Notice } from "../corpus/notices.ts";
import type { CorpusSource } from "../formats/read.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { requireFree } from "../files/data-output.ts";
import { UsageError } from "../errors.ts";
import { formatSettings } from "../formats/settings.ts";
import { statisticsPage } from "../report/statistics-page.ts";
import { pickSettings } from "../settings.ts";
import { AgreementCounter, type AgreementStatistics } from "../statistics/agreement.ts";
import { StatisticsCounter, type CorpusStatistics } from "../statistics/corpus-statistics.ts";
import { estimatedTokens } from "../statistics/lengths.ts";
import { openChosen } from "../formats/chosen-documents.ts";
import type { ReadingEvent } from "../formats/document-stream.ts";
import { modelTokens } from "../model/tokens.ts";

export interface DataStatistics extends CorpusStatistics {
  readonly sources: readonly CorpusSource[];
  readonly notices: readonly Notice[];
  readonly noRelationLabel: string;
  /** Absent where no text has several annotators. */
  readonly agreement?: AgreementStatistics;
}

/**
 * Counts what annotation files hold, one document at a time. Documents without a pair, which training leaves out, are
 * counted too. Copies of a text by several annotators are compared; unless one is chosen, each counts as a document.
 * With `html`, a page with plots is written too; one that is there already is refused before anything is read.
 * @param model folder of the model whose tokenizer counts lengths; without one they are estimated
 * @throws DataError as readCorpus
 */
export async function* dataStats(
  paths: readonly string[],
  config: Omit<StatsConfig, "model">,
  model: string | undefined,
): AsyncGenerator<ReadingEvent, DataStatistics> {
  const { noRelationLabel, html } = config;
  if (html !== undefined) await requireFree(html, config);
  else if (config.overwrite) throw new UsageError("--overwrite does nothing without --html. Leave it out.");
  const tokens = model === undefined ? estimatedTokens : await modelTokens(model);
  const counter = new StatisticsCounter({ noRelationLabel, tokens });
  const settings = pickSettings(formatSettings, config);
  let agreement: AgreementCounter | undefined;
  const onCopies = (copies: readonly Copy[]): void => {
    const { symmetricLabels } = reading;
    (agreement ??= new AgreementCounter({ noRelationLabel, symmetricLabels })).add(copies);
  };
  const { reading, stream, documents } = await openChosen(paths, settings, { uniqueIds: true, onCopies });
  for await (const document of documents()) {
    await counter.add(document);
    if (stream.isEventDue) yield stream.progress;
  }
  const agreed = agreement?.summary();
  const notices = reading.notices.list();
  if (stream.progress.documents === 0) throw new NoDocumentsError(paths, notices.map(formatNotice));
  const statistics = {
    sources: stream.sources,
    notices,
    noRelationLabel,
    ...counter.summary(),
    ...(agreed ? { agreement: agreed } : {}),
  };
  if (html !== undefined) await writeFileAtomic(html, statisticsPage(statistics));
  return statistics;
}
