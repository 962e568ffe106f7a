import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trainConfig, type SuspectsConfig } from "../config.ts";
import type { Document } from "../corpus/document.ts";
import { NoticeLog, type Notice } from "../corpus/notices.ts";
import { partitionDocuments } from "../corpus/partition.ts";
import { UsageError } from "../errors.ts";
import {
  rankSuspects,
  suspicionOf,
  suspiciousDocuments,
  type OutOfFold,
  type Suspect,
} from "../evaluation/suspects.ts";
import type { TrainEvent } from "../experiment/train-events.ts";
import { requireFree } from "../files/data-output.ts";
import { preAnnotate, type PreAnnotationResult } from "../formats/pre-annotation.ts";
import { readForTask } from "../model/tasks/read-for-task.ts";
import { relataLines } from "../formats/relata/lines.ts";
import { formatSettings } from "../formats/settings.ts";
import { drain, mapped } from "../generators.ts";
import { outOfFold } from "../model/out-of-fold.ts";
import { openModel } from "../model/predictor.ts";
import { scoreDocuments, type ScoringEvent } from "../model/score-documents.ts";
import { taskNamed } from "../model/tasks/tasks.ts";
import { train, type RunControl } from "./train.ts";

export type SuspectsEvent = {
  readonly type: "fold";
  readonly fold: number;
  readonly folds: number;
  readonly event: TrainEvent | ScoringEvent;
};

export interface SuspectsResult {
  /** Annotations that are likely wrong or missing, the most suspicious first; of many the first `limit`. */
  readonly suspects: readonly (Omit<Suspect, "document"> & {
    readonly document: string;
    readonly at: Document["source"];
    readonly reason: string;
    readonly text: string;
  })[];
  /** The number of places that were judged, and of suspects before `limit`. */
  readonly judged: number;
  readonly found: number;
  /** The number of annotated labels at places that no model is shown, as beyond a bound of the task; none is a suspect. */
  readonly unjudged: number;
  readonly notices: readonly Notice[];
  readonly written: PreAnnotationResult | undefined;
  readonly seconds: number;
}

/**
 * Finds annotations that are likely wrong: trains on all folds of the documents but one, asks about that one, and ranks
 * what is annotated there by how much the model disagrees.
 * @throws UsageError for a task whose annotations are not single places
 */
export async function* suspects(
  paths: readonly string[],
  config: SuspectsConfig,
  control: RunControl = {},
): AsyncGenerator<SuspectsEvent, SuspectsResult> {
  const started = performance.now();
  const { folds, to, output, toFields, overwrite, limit, ...settings } = config;
  if ((to === undefined) !== (output === undefined))
    throw new UsageError(
      "--to and --output belong together: the format of the suspicious documents, and where they go.",
    );
  if (output !== undefined) await requireFree(output, { overwrite });
  const task = taskNamed(config.task);
  if (task.findsEntities)
    throw new UsageError(
      `--task ${task.name}: suspects are found among relations and types of given spans. Choose one of them.`,
    );
  const corpus = await readForTask(task, paths, config);
  const log = new NoticeLog();
  const parts = partitionDocuments(
    corpus.documents,
    {
      parts: Array.from({ length: folds }, (_, i) => ({ name: `fold ${i + 1}`, share: 1 / folds })),
      groupBy: config.groupBy,
      isStratified: true,
      seed: config.splitSeed ?? config.seed,
      ...(task.strata ? { strata: task.strata } : {}),
    },
    log,
  );
  const folder = await mkdtemp(join(tmpdir(), "relata-folds-"));
  try {
    const [places, unjudged]: [OutOfFold[], number[]] = [[], []];
    for (const [i, { documents }] of parts.entries()) {
      const fold = { type: "fold", fold: i + 1, folds } as const;
      const heldOut = new Set(documents);
      const [data, model] = [join(folder, `${i}.jsonl`), join(folder, `model-${i}`)];
      await writeFile(data, relataLines(corpus.documents.filter((document) => !heldOut.has(document))));
      // Of the files' own format are only the settings of the run: the fold is written in Relata's.
      const own = { ...settings, ...formatSettings.parse({}), output: model, overwrite: false, testSize: 0 };
      yield* mapped(train([data], trainConfig.parse(own), control), (event): SuspectsEvent => ({ ...fold, event }));
      const opened = await openModel(model, { intraOpNumThreads: config.threads });
      try {
        const part = { documents: [...documents], notices: [] };
        const scoring = scoreDocuments(opened, part, { batchSize: undefined, shouldStop: control.shouldStop });
        const scored = yield* mapped(scoring, (event): SuspectsEvent => ({ ...fold, event }));
        const judged = outOfFold(opened.task, scored, i);
        for (const place of judged.places) places.push(place);
        unjudged.push(judged.unjudged);
      } finally {
        await opened.dispose();
      }
      await rm(model, { recursive: true });
    }
    const ranked = rankSuspects(places).filter(({ score }) => score > 0);
    const kept = ranked.slice(0, limit);
    const written =
      output === undefined || to === undefined
        ? undefined
        : await drain(
            preAnnotate(Readable.from(suspiciousDocuments(kept)), {
              to,
              output,
              overwrite,
              predictions: false,
              noRelationLabel: config.noRelationLabel,
              modelVersion: "relata",
              fields: toFields,
            }),
          );
    return {
      suspects: kept.map(({ document, ...one }) => ({
        ...one,
        document: document.id,
        at: document.source,
        reason: suspicionOf({ document, ...one }),
        text: document.text,
      })),
      judged: places.length,
      unjudged: unjudged.reduce((a, b) => a + b, 0),
      found: ranked.length,
      notices: [...corpus.notices, ...log.list()],
      written,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
