import {
  checkPredictionInput,
  DataError,
  PredictionInputError,
  type DocumentPrediction,
  type Notice,
  type RelationsRequest,
  type RelationsResponse,
} from "../../index.ts";
import { costOf } from "./batch-queue.ts";
import type { Checked, EngineFacts } from "./engine.ts";
import { Fault } from "./fault.ts";
import type { ServeConfig } from "./settings.ts";

export interface Costed {
  readonly input: Checked;
  readonly cost: number;
}

type Limits = Pick<ServeConfig, "maxDocs" | "maxSpans" | "maxChars">;

/** Checks documents against the limits and the model. @throws Fault 413, or 422 that names the document */
export function checkDocuments(
  documents: RelationsRequest["documents"],
  facts: Pick<EngineFacts, "kind" | "finds">,
  limits: Limits,
): Costed[] {
  const { maxDocs } = limits;
  if (documents.length > maxDocs)
    throw new Fault(
      413,
      `documents: ${documents.length} documents, and a request may have ${maxDocs}. Send the others in a request of their own.`,
    );
  return documents.map((document, i) => checkDocument(document, `documents[${i}]`, facts, limits));
}

/** Checks one document. @throws Fault as checkDocuments */
export function checkDocument(
  document: RelationsRequest["documents"][number],
  at: string,
  { kind, finds }: Pick<EngineFacts, "kind" | "finds">,
  { maxSpans, maxChars }: Omit<Limits, "maxDocs">,
): Costed {
  const { text, entities, pairs } = document;
  if (text.length > maxChars)
    throw new Fault(
      413,
      `${at}.text: ${text.length} characters, and a document may have ${maxChars}. Send it in parts.`,
    );
  if ((entities?.length ?? 0) > maxSpans)
    throw new Fault(
      413,
      `${at}.entities: ${entities!.length} spans, and a document may have ${maxSpans}. Send the text in parts, or fewer spans.`,
    );
  if ((pairs?.length ?? 0) > maxSpans * maxSpans)
    throw new Fault(
      413,
      `${at}.pairs: ${pairs!.length} pairs, and a document may have ${maxSpans * maxSpans}. Send fewer of them at a time.`,
    );
  if (!finds && entities === undefined)
    throw new Fault(
      422,
      `${at}.entities is missing: this model labels spans that it is given and finds none. Send them as [{"start": 0, "end": 4}, …].`,
    );
  if (finds && kind !== "pair" && (entities?.length ?? 0) > 0)
    throw new Fault(422, `${at}.entities: this model finds the entities of a text itself. Leave them out.`);
  if (pairs !== undefined && kind !== "pair")
    throw new Fault(422, `${at}.pairs: this model labels entities, not pairs. Leave them out.`);
  return checked(document, at, finds);
}

function checked(document: RelationsRequest["documents"][number], at: string, finds: boolean): Costed {
  try {
    const input = checkPredictionInput(document, undefined, finds);
    return { input, cost: costOf(input) };
  } catch (error) {
    if (error instanceof PredictionInputError || error instanceof DataError)
      throw new Fault(422, `${at}: ${error.message}`);
    throw error;
  }
}

/** Notices as a response has them. */
export const noticesOf = (notices: readonly Notice[]): NonNullable<RelationsResponse["notices"]> =>
  notices.map(({ code, message, count, locations }) => ({
    code,
    message,
    count,
    places: locations.map(({ file, detail }) => ({ at: file, ...(detail === undefined ? {} : { found: detail }) })),
  }));

type Options = Pick<RelationsRequest, "threshold" | "topK" | "relationsOnly" | "probabilities">;
type Answer = RelationsResponse["documents"][number];

/** The answer for a document, by the options of its own request, whatever batch it was in. */
export function answerOf(
  { id, entities, relations, unscoredPairs }: DocumentPrediction,
  { threshold = 0, topK = Infinity, relationsOnly = false, probabilities: wantsAll = false }: Options,
  noRelationLabel: string | undefined,
): Answer {
  const withoutAll = <T extends { readonly probabilities?: unknown }>({ probabilities, ...rest }: T) =>
    wantsAll && probabilities !== undefined ? { ...rest, probabilities } : rest;
  let kept = relations.filter(
    ({ label, probability }) => probability >= threshold && !(relationsOnly && label === noRelationLabel),
  );
  if (kept.length > topK) kept = kept.toSorted((a, b) => b.probability - a.probability).slice(0, topK);
  return {
    ...(id === undefined ? {} : { id }),
    entities: entities.map(withoutAll),
    relations: kept.map(({ labels, ...relation }) => ({
      ...withoutAll(relation),
      ...(labels === undefined ? {} : { labels: [...labels] }),
    })),
    ...(unscoredPairs === undefined ? {} : { unscoredPairs }),
  };
}
