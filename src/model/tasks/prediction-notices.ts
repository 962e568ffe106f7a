import { surface } from "../../corpus/document.ts";
import { NoticeLog, type Notice } from "../../corpus/notices.ts";
import { printable, quote } from "../../quote.ts";
import { cutsWord } from "../../corpus/spans.ts";
import { reportTypes } from "./type-notices.ts";
import type { HeadName } from "../heads/head.ts";
import type { ShownTypes } from "./task.ts";
import type { DocumentInput } from "./prediction-input.ts";
import type { DocumentPrediction } from "./prediction.ts";

const noEntities =
  "texts without entities, so without an answer: Relata says how given entities are related and finds none itself; " +
  "mark them by hand, or name a model that finds them (--entities)";

const noneFound = "texts in which no entity was found";

const oneEntity = "texts with one entity, so without a pair to answer for";

const ruledOutOfAsked = "pairs that no relation of the model joins by their types, which it was not asked about";

const noneAsked =
  "texts of whose pairs none was asked about, since no relation of the model joins the types of their entities; " +
  "name pairs to see each reason";

const typesOf = ({ entities }: Pick<DocumentPrediction, "entities">): string =>
  [...new Set(entities.map(({ type }) => type || "no type"))].join(", ");

const notScored = "pairs not scored, so that nothing is known of them";

/** The facts of an opened model that decide how its answers are read. */
export interface AnswerFacts {
  readonly kind: HeadName;
  /** Whether the model finds the entities of a text that comes without. */
  readonly finds: boolean;
  readonly noRelationLabel: string | undefined;
  /** The types that the model was shown in training, if it reads types. */
  readonly shownTypes: ShownTypes | undefined;
}

/** Counts what users should know of the answers to their texts, with the first places. */
export class PredictionNotices {
  readonly #log = new NoticeLog();
  readonly #isOfPairs: boolean;
  readonly #finds: boolean;
  readonly #shownTypes: ShownTypes | undefined;

  constructor(model: AnswerFacts) {
    this.#isOfPairs = model.kind === "pair";
    this.#finds = model.finds;
    this.#shownTypes = model.shownTypes;
  }

  see({ id, source }: Pick<DocumentInput, "id" | "source">, prediction: DocumentPrediction): void {
    const { entities, relations, unscoredPairs = 0 } = prediction;
    const log = this.#log;
    const at = source ?? (id === undefined ? undefined : { file: id });
    for (const code of ["no-entities", ...(this.#isOfPairs ? ["one-entity"] : [])]) log.addToTotal(code, 1);
    if (entities.length === 0) log.add("no-entities", this.#finds ? noneFound : noEntities, at);
    if (this.#isOfPairs && entities.length === 1) log.add("one-entity", oneEntity, at);
    if (prediction.noPairAsked) log.add("no-pair-asked", noneAsked, at);

    if (this.#shownTypes) reportTypes(entities, this.#shownTypes, log, at ?? { file: "the text" });
    log.addToTotal("pair-not-scored", relations.length + unscoredPairs);
    if (unscoredPairs > 0) log.add("pair-not-scored", notScored, at, unscoredPairs);
    log.addToTotal("pair-ruled-out", relations.length);
    for (const { head, tail, unscored, ruledOut } of relations) {
      const why = unscored ?? ruledOut;
      if (why === undefined) continue;
      const names = `${quote(entities[head]!.text, 30)} → ${quote(entities[tail]!.text, 30)}`;
      const place = at && { ...at, detail: `${names}: ${printable(why)}` };
      if (unscored === undefined) log.add("pair-ruled-out", ruledOutOfAsked, place);
      else log.add("pair-not-scored", notScored, place);
    }
    log.addToTotal("entity-not-scored", entities.length);
    for (const { text, unscored } of entities) {
      if (unscored === undefined) continue;
      const detail = `${quote(text, 30)}: ${printable(unscored)}`;
      log.add("entity-not-scored", "entities not scored, so without a label", at && { ...at, detail });
    }
  }

  list(): Notice[] {
    return this.#log.list();
  }
}

/** The notices of a reading that matter where annotated relations are not looked at, with advice. */
export const readingNotices = (notices: readonly Notice[]): Notice[] =>
  notices
    .filter(({ code }) => !ofRelations.has(code))
    .map((notice) => (notice.code === "span-cuts-word" ? { ...notice, message: cutWords } : notice));

const ofRelations = new Set(["unscored-pair", "label-trimmed"]);

const cutWords =
  "entities whose span cuts a word, answered as given; do their offsets count something else than UTF-16 code units " +
  "(--offset-unit), or tokens";

/** Notices on the answer to one text that was not read from a file, named by its place. */
export function predictionNotices(model: AnswerFacts, prediction: DocumentPrediction, place: string): Notice[] {
  const { text, entities } = prediction;
  const log = new NoticeLog();
  log.addToTotal("span-cuts-word", entities.length);
  for (const { start, end } of entities) {
    if (!cutsWord(text, { start, end })) continue;
    const detail = `${quote(surface({ text }, { start, end }))} [${start}, ${end})`;
    log.add("span-cuts-word", "spans that cut a word, answered as given", { file: place, detail });
  }
  const seen = new PredictionNotices(model);
  seen.see({ source: { file: place } }, prediction);
  return [...log.list(), ...seen.list()];
}

/** Notices on the types of entities in the documents of a request, each with its place in the request. */
export function typeNotices(
  { shownTypes }: Pick<AnswerFacts, "shownTypes">,
  documents: readonly Pick<DocumentPrediction, "entities" | "noPairAsked">[],
): Notice[] {
  const log = new NoticeLog();
  for (const [i, document] of documents.entries()) {
    const at = `documents[${i}]`;
    if (document.noPairAsked) log.add("no-pair-asked", noneAsked, { file: at, detail: typesOf(document) });
    if (!shownTypes) continue;
    for (const [entity, one] of document.entities.entries())
      reportTypes([one], shownTypes, log, { file: `${at}.entities[${entity}]` });
  }
  return log.list();
}
