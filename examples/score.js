// Scores a question of choices.js on annotated texts: from their spans, or with --from-text from nothing but the text.
import { openModel, readCorpus } from "relata";
import { annotated, baselines, choicesOf, positionsOf, Tally } from "./choices.js";

/**
 * @typedef {import("relata").Document} Document
 * @typedef {import("relata").DocumentPrediction} Prediction
 * @typedef {import("./choices.js").Question} Question
 * @typedef {import("./choices.js").Choice} Choice
 * @typedef {object} Scoring
 * @property {Question} question
 * @property {(document: Document) => Set<number>} subjectsOf the annotated subjects that the question is about
 * @property {string} title the head of the table
 * @property {string} candidate the word for a candidate in the names of the baselines
 * @property {(document: Document, prediction: Prediction, choices: Choice[]) => void} [see] what else is counted
 */

/**
 * Prints the right answers of a model and of rules that read no text.
 * @param {readonly string[]} args the model, files, and flags
 * @param {Scoring} scoring
 */
export async function score(args, scoring) {
  const [folder, ...files] = args.filter((arg) => !arg.startsWith("--"));
  const fromText = args.includes("--from-text");
  const { documents } = await readCorpus(files);
  const model = await openModel(folder);
  const inputs = documents.map(({ id, text, entities }) => (fromText ? { id, text } : { id, text, entities }));
  const { tally, mistakes } = scored(documents, await model.predict(inputs), scoring, fromText);
  await model.close();
  if (args.includes("--mistakes")) for (const mistake of mistakes) process.stdout.write(`${mistake}\n`);
  process.stdout.write(tally.format(scoring.title));
}

/**
 * Counts right answers to the question. From the text alone, a subject that was not found has a wrong answer; the rules
 * choose among the candidates that the model found.
 * @param {readonly Document[]} documents
 * @param {readonly Prediction[]} predictions
 * @param {Scoring} scoring
 * @param {boolean} fromText
 */
export function scored(documents, predictions, { question, subjectsOf, candidate, see }, fromText) {
  const tally = new Tally();
  /** @type {string[]} */
  const mistakes = [];
  documents.forEach((document, i) => {
    const prediction = predictions[i];
    const choices = choicesOf(prediction, question);
    see?.(document, prediction, choices);
    for (const subject of subjectsOf(document)) {
      const right = annotated(document, question, subject);
      const choice = fromText
        ? foundAt(document, prediction, choices, subject)
        : choices.find((one) => one.subject === subject);
      const chosen = choice?.candidates.find(({ isChosen }) => isChosen)?.entity;
      const seen = fromText ? prediction : document;
      /** @param {number | undefined} entity @param {typeof isSame} [matches] */
      const answer = (entity, matches = isSame) => {
        if (fromText && choice === undefined) return wrong;
        if (entity === undefined || !fromText) return entity;
        return right.find((one) => matches(document.entities[one], prediction.entities[entity])) ?? wrong;
      };
      const { entities } = seen;
      const about = fromText ? choice?.subject : subject;
      tally.add(right, {
        model: answer(chosen),
        ...(fromText ? { "model, overlapping": answer(chosen, overlaps) } : {}),
        [`nearest ${candidate}`]: answer(
          about === undefined ? undefined : baselines.nearest({ entities }, question, about),
        ),
        [`last ${candidate}`]: answer(baselines.last({ entities }, question)),
        "always none": baselines.none(),
      });
      const said = answer(chosen);
      if (said === undefined ? right.length === 0 : right.includes(said)) continue;
      const found = choice === undefined && fromText ? "not found" : (prediction.entities[chosen ?? -1]?.text ?? "none");
      const [asked, wanted] = [subject, right[0]].map((entity) => surfaceOf(document, entity));
      mistakes.push(`${document.id}: ${asked}: ${found} for ${wanted}\n    ${document.text.replaceAll(/\s+/g, " ")}`);
    }
  });
  return { tally, mistakes };
}

/** An answer that is never right: the subject was not found, or the candidate is none that is annotated. */
const wrong = -1;

/** @param {Document} document @param {number | undefined} entity */
const surfaceOf = ({ text, entities }, entity) => {
  const span = entity === undefined ? undefined : entities[entity];
  return span ? text.slice(span.start, span.end) : "none";
};

/** @typedef {{ start: number, end: number } | undefined} Place */
/** @param {Place} a @param {Place} b */
const isSame = (a, b) => a !== undefined && a.start === b?.start && a.end === b.end;
/** @param {Place} a @param {Place} b */
const overlaps = (a, b) => a !== undefined && b !== undefined && a.start < b.end && b.start < a.end;

/**
 * The choice of the found subject that shares characters with an annotated one.
 * @param {Document} document @param {Prediction} prediction @param {readonly Choice[]} choices @param {number} subject
 */
const foundAt = (document, { entities }, choices, subject) =>
  choices.find((one) => overlaps(document.entities[subject], entities[one.subject]));

/** The subjects of a type in an annotated text. @param {Question} question @returns {(document: Document) => Set<number>} */
export const allSubjects =
  ({ subject }) =>
  ({ entities }) =>
    new Set(positionsOf(entities, [subject]));
