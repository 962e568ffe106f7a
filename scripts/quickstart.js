// `npm start`: fine-tunes relata-mini on the bundled example and asks it about one sentence, by the commands a user would type.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const folder = "runs/quickstart";
const text = "Je voudrais une attestation de paiement pour 2022.";
const mentions = { je: "0:2:SUBJ", voudrais: "3:11:VERB", attestation: "12:39:OBJ", year: "45:49:TIME" };
const pairs = [
  [mentions.je, mentions.voudrais],
  [mentions.voudrais, mentions.attestation],
  [mentions.year, mentions.attestation],
  [mentions.voudrais, mentions.year],
];

/** Prints a command as a user would type it, then runs it. */
function relata(args, { quiet = false } = {}) {
  const typed = args.map((arg) => (/^[\w./:-]+$/.test(arg) ? arg : `"${arg}"`)).join(" ");
  process.stderr.write(`\n$ npx relata ${typed}\n${quiet ? "" : "\n"}`);
  const { status, signal } = spawnSync(process.execPath, ["bin/relata.js", ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? (signal === "SIGINT" ? 130 : 70));
}

// The same Ctrl-C reaches the command itself, which stops cleanly; this process waits for it.
process.on("SIGINT", () => {});

relata(["train", "examples/annotations.jsonlines", "--output", folder, "--overwrite"]);
process.stderr.write(`\nOne sentence that the model has not seen, pair by pair, as it comes out:\n`);
for (const [head, tail] of pairs)
  relata(["predict", folder, "--text", text, "--span", head, "--span", tail], { quiet: true });
process.stderr.write(`\nThe model is in ${folder}; open ${folder}/report.html for its curves, scores and mistakes.\n`);
