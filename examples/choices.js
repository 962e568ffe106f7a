// Questions of one shape: which of the candidates in a text belongs to a subject, or none of them. The two examples ask
// it of dates and documents, and of causes and emotions.

/**
 * @typedef {import("relata").DocumentPrediction} Prediction
 * @typedef {import("relata").Document} Document
 * @typedef {{ start: number, end: number, type?: string | undefined }} Span
 * @typedef {{ readonly entities: readonly Span[] }} Spans
 * @typedef {object} Question
 * @property {string} label the relation that answers the question
 * @property {string} subject the entity type that is asked about
 * @property {readonly string[]} candidates the entity types that may be the answer
 * @property {"subject" | "candidate"} head the side at which the relation starts
 * @typedef {{ entity: number, probability: number, isChosen: boolean }} Candidate
 * @typedef {{ subject: number, candidates: Candidate[] }} Choice the most probable candidate first
 */

/**
 * The choices of one text: for each subject all candidates with the probability of the relation.
 * @param {Prediction} prediction
 * @param {Question} question
 * @returns {Choice[]}
 */
export function choicesOf({ entities, relations }, { label, subject, candidates, head }) {
  /** @type {Map<number, Candidate[]>} */
  const bySubject = new Map(positionsOf(entities, [subject]).map((i) => [i, []]));
  for (const relation of relations) {
    const [about, entity] = head === "subject" ? [relation.head, relation.tail] : [relation.tail, relation.head];
    if (!candidates.includes(entities[entity]?.type ?? "")) continue;
    const probability = relation.probabilities[label] ?? 0;
    bySubject.get(about)?.push({ entity, probability, isChosen: relation.label === label });
  }
  return [...bySubject].map(([about, found]) => ({
    subject: about,
    candidates: found.sort((a, b) => b.probability - a.probability),
  }));
}

/**
 * The probability that no candidate belongs to the subject, each pair taken as independent of the others.
 * @param {readonly Candidate[]} candidates
 */
export const probabilityOfNone = (candidates) =>
  candidates.reduce((product, { probability }) => product * (1 - probability), 1);

/**
 * The right answers of an annotated text: the entities that belong to a subject, in the annotations.
 * @param {Document} document
 * @param {Question} question
 * @param {number} subject
 */
export const annotated = ({ relations }, { label, head }, subject) =>
  relations
    .filter((relation) => relation.label === label && (head === "subject" ? relation.head : relation.tail) === subject)
    .map((relation) => (head === "subject" ? relation.tail : relation.head));

/**
 * @param {readonly Span[]} entities
 * @param {readonly string[]} types
 */
export const positionsOf = (entities, types) =>
  entities.flatMap(({ type }, i) => (types.includes(type ?? "") ? [i] : []));

/** @param {Span} a @param {Span} b */
const charactersBetween = (a, b) => Math.max(b.start - a.end, a.start - b.end, 0);

/** Answers that read no text: an entity, or undefined for none. */
export const baselines = {
  /** @param {Spans} spans @param {Question} question @param {number} subject */
  nearest({ entities }, { candidates }, subject) {
    const about = entities[subject];
    if (about === undefined) return undefined;
    const distances = positionsOf(entities, candidates).map((i) => ({
      i,
      distance: charactersBetween(entities[i] ?? about, about),
    }));
    return distances.sort((a, b) => a.distance - b.distance)[0]?.i;
  },
  /** @param {Spans} spans @param {Question} question */
  last: ({ entities }, { candidates }) => positionsOf(entities, candidates).at(-1),
  none: () => undefined,
};

/**
 * Counts right answers: one of the annotated entities, or none where none is annotated.
 * @typedef {{ name: string, right: number, rightWithAnswer: number, rightWithout: number }} Row
 */
export class Tally {
  withAnswer = 0;
  without = 0;
  /** @type {Map<string, Row>} */
  rows = new Map();

  /** @param {readonly number[]} gold @param {Readonly<Record<string, number | undefined>>} answers */
  add(gold, answers) {
    const hasAnswer = gold.length > 0;
    if (hasAnswer) this.withAnswer++;
    else this.without++;
    for (const [name, answer] of Object.entries(answers)) {
      const row = this.rows.get(name) ?? { name, right: 0, rightWithAnswer: 0, rightWithout: 0 };
      this.rows.set(name, row);
      const isRight = answer === undefined ? !hasAnswer : gold.includes(answer);
      if (!isRight) continue;
      row.right++;
      if (hasAnswer) row.rightWithAnswer++;
      else row.rightWithout++;
    }
  }

  /** A line for each way of answering. @param {string} subjects */
  format(subjects) {
    const total = this.withAnswer + this.without;
    const share = (/** @type {number} */ right, /** @type {number} */ of) =>
      `${right}/${of}${of === 0 ? "" : ` ${((100 * right) / of).toFixed(1)} %`}`.padStart(16);
    const head = [subjects.padEnd(20), "all".padStart(16), "with an answer".padStart(16), "without".padStart(16)];
    const lines = [...this.rows.values()].map(({ name, right, rightWithAnswer, rightWithout }) =>
      [name.padEnd(20), share(right, total), share(rightWithAnswer, this.withAnswer), share(rightWithout, this.without)].join(""),
    );
    return `${[head.join(""), ...lines].join("\n")}\n`;
  }
}
