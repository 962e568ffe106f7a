// Scores the question itself on annotated reviews: for each emotion, the right cause or "none".
//   node examples/which-cause/evaluate.js runs/which-cause examples/which-cause/held-out.jsonl
// --mistakes prints every wrong answer.
import { openModel, readCorpus } from "relata";
import { annotated, baselines, choicesOf, Tally } from "../choices.js";
import { question } from "./answer.js";

const [folder, ...rest] = process.argv.slice(2);
const files = rest.filter((arg) => arg !== "--mistakes");
if (folder === undefined || files.length === 0) {
  process.stderr.write(
    "Which model and which reviews? node examples/which-cause/evaluate.js MODEL FILE… [--mistakes]\n",
  );
  process.exit(64);
}
const { documents } = await readCorpus(files);
const model = await openModel(folder);
const predictions = await model.predict(documents.map(({ id, text, entities }) => ({ id, text, entities })));
await model.close();

const tally = new Tally();
documents.forEach((document, i) => {
  const prediction = predictions[i];
  if (prediction === undefined) return;
  for (const { subject, candidates } of choicesOf(prediction, question)) {
    const right = annotated(document, question, subject);
    const chosen = candidates.find(({ isChosen }) => isChosen)?.entity;
    tally.add(right, {
      model: chosen,
      "nearest candidate": baselines.nearest(document, question, subject),
      "last candidate": baselines.last(document, question),
      "always none": baselines.none(),
    });
    const isRight = chosen === undefined ? right.length === 0 : right.includes(chosen);
    if (isRight || !rest.includes("--mistakes")) continue;
    const textOf = (/** @type {number | undefined} */ entity) =>
      entity === undefined ? "none" : prediction.entities[entity]?.text;
    const about = `${document.id}: ${textOf(subject)}: ${textOf(chosen)} for ${textOf(right[0])}`;
    process.stdout.write(`${about}\n    ${document.text.replaceAll(/\s+/g, " ")}\n`);
  }
});
process.stdout.write(tally.format("right cause or none"));
