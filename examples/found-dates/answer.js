// Brings a mail without spans: a date library finds the dates, a list of words the documents, and the model says which belongs to which.
//   npm install chrono-node
//   node examples/found-dates/answer.js runs/which-date "Bonjour, je voudrais l'attestation de janvier 2023 avant vendredi."
import { pathToFileURL } from "node:url";
import * as chrono from "chrono-node";
import { openModel } from "relata";
import { choicesOf } from "../choices.js";
import { question } from "../which-date/answer.js";

/** The documents that this shop sends, as its customers call them: your own list stands here. */
const documents = /\b(?:attestation|certificate|facture|invoice|bill|contrat|contract|relevé|statement|fiche de paie|payslip)(?: de (?:paiement|loyer|salaire))?\b/giu;

const months = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(" ");

/** The library's French, and months with a year, which it knows in English alone. */
const french = chrono.fr.casual.clone();
french.parsers.push({
  pattern: () => new RegExp(`(${months.join("|")}) ((?:19|20)\\d\\d)`, "iu"),
  extract: (_, [, month = "", year]) => ({ month: months.indexOf(month.toLowerCase()) + 1, year: Number(year) }),
});

/** A year alone, which the library takes for a number. */
const year = /\b(?:19|20)\d\d\b/gu;

/**
 * @typedef {{ start: number, end: number, type: "DATE" | "DOC", iso?: string }} Span
 * @param {string} text
 * @param {Date} written when the mail was written: "Friday" is another day each week
 * @returns {Span[]} the dates with what they mean, and the documents, in the order of the text
 */
export function spansOf(text, written) {
  const languages = [french, chrono.en.casual].map((one) => one.parse(text, written));
  const found = languages.reduce((most, other) => (lengthOf(other) > lengthOf(most) ? other : most));
  /** @type {Span[]} */
  const spans = found.map(({ index, text: surface, start, end }) => ({
    start: index,
    end: index + surface.length,
    type: "DATE",
    iso: end ? `${isoOf(start)}/${isoOf(end)}` : isoOf(start),
  }));
  /** @param {Span} span */
  const add = (span) => {
    if (!spans.some(({ start, end }) => span.start < end && start < span.end)) spans.push(span);
  };
  for (const { index, 0: surface } of text.matchAll(year))
    add({ start: index, end: index + surface.length, type: "DATE", iso: surface });
  for (const { index, 0: surface } of text.matchAll(documents))
    add({ start: index, end: index + surface.length, type: "DOC" });
  return spans.sort((a, b) => a.start - b.start);
}

/** @param {readonly { readonly text: string }[]} found */
const lengthOf = (found) => found.reduce((sum, { text }) => sum + text.length, 0);

/**
 * As precise as the words are: a year, a month, or a day.
 * @param {import("chrono-node").ParsedComponents} part
 */
function isoOf(part) {
  const day = [part.get("year"), part.get("month"), part.get("day")].map((one) => String(one).padStart(2, "0"));
  const known = part.isCertain("day") || part.isCertain("weekday") ? 3 : part.isCertain("month") ? 2 : 1;
  return day.slice(0, known).join("-");
}

/**
 * For each document the date that the model relates to it, or none.
 * @param {import("relata").DocumentPrediction} prediction
 * @param {readonly Span[]} spans those that were asked about
 */
export const answersOf = (prediction, spans) =>
  choicesOf(prediction, question).map(({ subject, candidates }) => {
    const chosen = candidates.find(({ isChosen }) => isChosen);
    return {
      document: prediction.entities[subject]?.text,
      period: chosen ? spans[chosen.entity]?.iso : null,
      words: chosen ? prediction.entities[chosen.entity]?.text : null,
      probability: chosen?.probability ?? null,
    };
  });

async function main(/** @type {readonly string[]} */ [folder, text]) {
  if (folder === undefined || text === undefined) {
    process.stderr.write('Which model, and which mail? node examples/found-dates/answer.js MODEL "TEXT"\n');
    process.exitCode = 64;
    return;
  }
  const model = await openModel(folder);
  const spans = spansOf(text, new Date());
  const entities = spans.map(({ start, end, type }) => ({ start, end, type }));
  for (const answer of answersOf(await model.predict({ text, entities }), spans))
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  await model.close();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await main(process.argv.slice(2));
