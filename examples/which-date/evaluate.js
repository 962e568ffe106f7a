// Scores the question itself on annotated mails: for each document asked for, the right date or "none".
//   node examples/which-date/evaluate.js runs/which-date examples/which-date/held-out.jsonl
// --mistakes prints every wrong answer.
import { openModel, readCorpus } from "relata";
import { annotated, baselines, choicesOf, Tally } from "../choices.js";
import { askedFor, question } from "./answer.js";

const [folder, ...rest] = process.argv.slice(2);
const files = rest.filter((arg) => arg !== "--mistakes");
if (folder === undefined || files.length === 0) {
  process.stderr.write("Which model and which mails? node examples/which-date/evaluate.js MODEL FILE… [--mistakes]\n");
  process.exit(64);
}
const { documents } = await readCorpus(files);
const model = await openModel(folder);
const predictions = await model.predict(documents.map(({ id, text, entities }) => ({ id, text, entities })));
await model.close();

const tally = new Tally();
let exact = 0;
const asked = { gold: 0, found: 0, both: 0 };
documents.forEach((document, i) => {
  const prediction = predictions[i];
  if (prediction === undefined) return;
  const gold = new Set(document.relations.flatMap(({ label, tail }) => (label === "ASKS_FOR" ? [tail] : [])));
  const found = askedFor(prediction);
  asked.gold += gold.size;
  asked.found += found.size;
  asked.both += [...gold].filter((subject) => found.has(subject)).length;
  for (const { subject, candidates } of choicesOf(prediction, question)) {
    if (!gold.has(subject)) continue;
    const right = annotated(document, question, subject);
    const chosen = candidates.filter(({ isChosen }) => isChosen).map(({ entity }) => entity);
    if (chosen.length === right.length && chosen.every((entity) => right.includes(entity))) exact++;
    tally.add(right, {
      model: chosen[0],
      "nearest date": baselines.nearest(document, question, subject),
      "last date": baselines.last(document, question),
      "always none": baselines.none(),
    });
    const isRight = chosen[0] === undefined ? right.length === 0 : right.includes(chosen[0]);
    if (isRight || !rest.includes("--mistakes")) continue;
    const textOf = (/** @type {number | undefined} */ entity) =>
      entity === undefined ? "none" : prediction.entities[entity]?.text;
    const about = `${document.id}: ${textOf(subject)}: ${textOf(chosen[0])} for ${textOf(right[0])}`;
    process.stdout.write(`${about}\n    ${document.text.replaceAll(/\s+/g, " ")}\n`);
  }
});
const total = tally.withAnswer + tally.without;
process.stdout.write(tally.format("right date or none"));
process.stdout.write(`All dates of a document, no more and no less: ${exact}/${total}.\n`);
process.stdout.write(
  `Documents asked for: ${asked.both} of ${asked.gold} found, ${asked.found - asked.both} others taken for such.\n`,
);
