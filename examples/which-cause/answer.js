// Answers what caused each emotion of a review, one JSON object a line.
//   node examples/which-cause/answer.js runs/which-cause examples/which-cause/held-out.jsonl
import { pathToFileURL } from "node:url";
import { openModel, readCorpus } from "relata";
import { choicesOf, probabilityOfNone } from "../choices.js";

/** @type {import("../choices.js").Question} */
export const question = {
  label: "CAUSED_BY",
  subject: "EMOTION",
  candidates: ["EVENT", "THING"],
  head: "subject",
};

/**
 * An answer for each cause of each emotion, or one with the cause "none".
 * @param {import("relata").DocumentPrediction} prediction
 */
export function answersOf(prediction) {
  const { id, entities } = prediction;
  return choicesOf(prediction, question).flatMap(({ subject, candidates }) => {
    const causes = candidates.map(({ entity, probability }) => ({ cause: entities[entity]?.text, probability }));
    const chosen = candidates.flatMap(({ isChosen, probability }, i) => (isChosen ? [{ i, probability }] : []));
    const answers = chosen.length > 0 ? chosen : [{ i: -1, probability: probabilityOfNone(candidates) }];
    return answers.map(({ i, probability }) => ({
      review: id,
      emotion: entities[subject]?.text,
      cause: causes[i]?.cause ?? "none",
      probability,
      others: causes.filter((_, k) => k !== i),
    }));
  });
}

async function main(/** @type {readonly string[]} */ [folder, ...files]) {
  if (folder === undefined || files.length === 0) {
    process.stderr.write("Which model and which reviews? node examples/which-cause/answer.js MODEL FILE…\n");
    process.exitCode = 64;
    return;
  }
  const { documents } = await readCorpus(files);
  const model = await openModel(folder);
  const reviews = documents.map(({ id, text, entities }) => ({ id, text, entities }));
  for (const prediction of await model.predict(reviews))
    for (const answer of answersOf(prediction)) process.stdout.write(`${JSON.stringify(answer)}\n`);
  await model.close();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await main(process.argv.slice(2));
