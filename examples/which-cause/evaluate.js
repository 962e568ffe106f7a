// Scores the question itself on annotated reviews: for each emotion, the right cause or "none".
//   node examples/which-cause/evaluate.js runs/which-cause examples/which-cause/held-out.jsonl
// --mistakes prints every wrong answer; --from-text gives the model (--task both) the text alone.
import { allSubjects, score } from "../score.js";
import { question } from "./answer.js";

const args = process.argv.slice(2);
if (args.filter((arg) => !arg.startsWith("--")).length < 2) {
  process.stderr.write(
    "Which model and which reviews? node examples/which-cause/evaluate.js MODEL FILE… [--from-text] [--mistakes]\n",
  );
  process.exit(64);
}
await score(args, {
  question,
  subjectsOf: allSubjects(question),
  title: "right cause or none",
  candidate: "candidate",
});
