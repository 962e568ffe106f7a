import type { Document } from "../corpus/document.ts";
import { endToEndScores, type EndToEndScores } from "../evaluation/entities/end-to-end.ts";
import type { SetScores } from "../evaluation/entities/label-counts.ts";
import { overlapScores, type OverlapMode, type OverlapScores } from "../evaluation/entities/overlap-scores.ts";
import { typedKey } from "../evaluation/entities/found-spans.ts";
import { boundaryScores, strictEntityScores } from "../evaluation/entities/strict.ts";
import { findEntities } from "./finder.ts";
import { NoticeLog } from "../corpus/notices.ts";
import { openModel, type Predictor } from "./predictor.ts";
import { labelsOfExamples } from "./tasks/learned.ts";
import type { UnknownLabel } from "./tasks/task.ts";
import { unknownAmong } from "./tasks/unknown-labels.ts";

/** Entities and relations that are found in bare texts, beside the relations found between annotated entities. */
export interface EndToEnd extends EndToEndScores {
  readonly entities: {
    /** Right: boundaries and type. */
    readonly strict: SetScores;
    readonly boundaries: SetScores["micro"];
    /** As nervaluate compares spans: strict, boundaries, half a point for wrong ones, type. */
    readonly overlap: Readonly<Record<OverlapMode, OverlapScores>>;
    /** Types of annotated entities that the model never gives, with their counts: each of these entities is a miss. */
    readonly unknownTypes: readonly UnknownLabel[];
  };
}

interface EndToEndOptions {
  readonly batchSize?: number | undefined;
  readonly shouldStop?: (() => boolean) | undefined;
}

/**
 * Finds the entities of annotated documents and the relations between them, and the relations between the annotated entities,
 * and compares both with the annotations.
 */
export async function endToEnd(
  model: Predictor,
  finder: Predictor,
  documents: readonly Document[],
  options: EndToEndOptions,
): Promise<EndToEnd> {
  const { task, learned } = model;
  const none = learned.noRelationId === null ? undefined : learned.id2label[learned.noRelationId];
  const related = async (texts: readonly Document[]): Promise<Document[]> => {
    const inputs = texts.map(({ id, text, entities }) => ({ id, text, entities }));
    const batchSize = options.batchSize ?? task.scoringBatchSize(learned);
    const answers = await task.predict(model, inputs, { ...options, batchSize, relationsOnly: true });
    return texts.map((document, i) => task.annotate(document, answers[i]!, learned));
  };
  const gold = documents.map((document) => ({
    ...document,
    relations: document.relations.filter(({ label, head, tail }) => label !== none && head !== tail),
  }));
  const findings = await findEntities(finder, gold, options);
  const bare = gold.map((document, i): Document => ({
    ...document,
    entities: findings[i]!.entities.map(({ start, end, type }) => ({ start, end, type })),
    relations: [],
  }));
  const found = await related(bare);
  const annotated = await related(gold);
  const spans = gold.map(({ entities }, i) => ({ gold: entities, found: found[i]!.entities }));
  return {
    ...endToEndScores(
      gold.map((document, i) => ({ gold: document, withGold: annotated[i]!.relations, found: found[i]! })),
      { symmetricLabels: new Set(task.symmetricLabels?.(learned)) },
    ),
    entities: {
      strict: strictEntityScores(spans),
      boundaries: boundaryScores(spans),
      overlap: overlapScores(spans),
      unknownTypes: unknownAmong(
        spans.flatMap((span) => [...new Map(span.gold.map((one) => [typedKey(one), one.type])).values()]),
        labelsOfExamples(finder.learned),
      ),
    },
  };
}

/** The scores of a model folder that finds entities and relates them, on documents that the task of its training has tidied. */
export async function endToEndOf(
  folder: string,
  documents: readonly Document[],
  { threads, shouldStop }: { readonly threads: number; readonly shouldStop?: (() => boolean) | undefined },
): Promise<EndToEnd> {
  const model = await openModel(folder, { intraOpNumThreads: threads });
  try {
    const met = model.task.meet(documents, model, new NoticeLog());
    return await endToEnd(model, model.finder!, met.documents, { shouldStop });
  } finally {
    await model.dispose();
  }
}
