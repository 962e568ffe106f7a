// Answers which date belongs to each document that a mail asks for, one JSON object a line.
//   node examples/which-date/answer.js runs/which-date examples/which-date/held-out.jsonl
import { pathToFileURL } from "node:url";
import { openModel, readCorpus } from "relata";
import { choicesOf, probabilityOfNone } from "../choices.js";

/** @type {import("../choices.js").Question} */
export const question = { label: "PERIOD_OF", subject: "DOC", candidates: ["DATE"], head: "candidate" };

/**
 * The positions of the documents that the mail asks for.
 * @param {import("relata").DocumentPrediction} prediction
 */
export const askedFor = ({ relations }) =>
  new Set(relations.filter(({ label }) => label === "ASKS_FOR").map(({ tail }) => tail));

/**
 * An answer for each date of each document asked for, or one with the period "none".
 * @param {import("relata").DocumentPrediction} prediction
 */
export function answersOf(prediction) {
  const { id, entities } = prediction;
  const asked = askedFor(prediction);
  return choicesOf(prediction, question)
    .filter(({ subject }) => asked.has(subject))
    .flatMap(({ subject, candidates }) => {
      const dates = candidates.map(({ entity, probability }) => ({ date: entities[entity]?.text, probability }));
      const chosen = candidates.flatMap(({ isChosen, probability }, i) => (isChosen ? [{ i, probability }] : []));
      const answers = chosen.length > 0 ? chosen : [{ i: -1, probability: probabilityOfNone(candidates) }];
      return answers.map(({ i, probability }) => ({
        mail: id,
        document: entities[subject]?.text,
        period: dates[i]?.date ?? "none",
        probability,
        others: dates.filter((_, k) => k !== i),
      }));
    });
}

async function main(/** @type {readonly string[]} */ [folder, ...files]) {
  if (folder === undefined || files.length === 0) {
    process.stderr.write("Which model and which mails? node examples/which-date/answer.js MODEL FILE…\n");
    process.exitCode = 64;
    return;
  }
  const { documents } = await readCorpus(files);
  const model = await openModel(folder);
  const mails = documents.map(({ id, text, entities }) => ({ id, text, entities }));
  for (const prediction of await model.predict(mails))
    for (const answer of answersOf(prediction)) process.stdout.write(`${JSON.stringify(answer)}\n`);
  await model.close();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await main(process.argv.slice(2));
