// Scores the question itself on annotated mails: for each document asked for, the right date or "none".
//   node examples/which-date/evaluate.js runs/which-date examples/which-date/held-out.jsonl
// --mistakes prints every wrong answer; --from-text gives the model (--task both) the text alone.
import { annotated } from "../choices.js";
import { score } from "../score.js";
import { askedFor, question } from "./answer.js";

const args = process.argv.slice(2);
if (args.filter((arg) => !arg.startsWith("--")).length < 2) {
  process.stderr.write(
    "Which model and which mails? node examples/which-date/evaluate.js MODEL FILE… [--from-text] [--mistakes]\n",
  );
  process.exit(64);
}
const isFromText = args.includes("--from-text");

/** @param {import("relata").Document} document */
const subjectsOf = ({ relations }) =>
  new Set(relations.flatMap(({ label, tail }) => (label === "ASKS_FOR" ? [tail] : [])));

let [exact, total] = [0, 0];
const asked = { gold: 0, found: 0, both: 0 };
await score(args, {
  question,
  subjectsOf,
  title: "right date or none",
  candidate: "date",
  see(document, prediction, choices) {
    const gold = subjectsOf(document);
    const found = askedFor(prediction);
    asked.gold += gold.size;
    asked.found += found.size;
    asked.both += [...gold].filter((subject) => found.has(subject)).length;
    for (const { subject, candidates } of choices) {
      if (!gold.has(subject)) continue;
      total++;
      const right = annotated(document, question, subject);
      const chosen = candidates.filter(({ isChosen }) => isChosen).map(({ entity }) => entity);
      if (chosen.length === right.length && chosen.every((entity) => right.includes(entity))) exact++;
    }
  },
});
// Positions of found spans are not those of annotated ones, so these two are counted with given spans alone.
if (!isFromText)
  process.stdout.write(
    `All dates of a document, no more and no less: ${exact}/${total}.\n` +
      `Documents asked for: ${asked.both} of ${asked.gold} found, ${asked.found - asked.both} others taken for such.\n`,
  );
