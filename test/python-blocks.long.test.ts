// The Python of README, of the tutorials and of the model card runs as it stands there, in a Python that has torch and transformers.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { relata, Workplace } from "./support/run-cli.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const python = process.env["RELATA_PYTHON"];
if (python === undefined)
  console.warn(
    "SKIPPED: the Python of the pages needs torch and transformers. Name a Python that has them in RELATA_PYTHON.",
  );

const place = new Workplace();
afterAll(() => place.remove());

const blocksOf = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(([, block]) => block!);
const pageOf = (name: string): string => readFileSync(join(root, name), "utf8");

/** Runs a program of a page in the folder in which its commands were run. */
function run(program: string): string {
  const env = { ...process.env, HF_HUB_OFFLINE: "1" };
  const { status, stdout, stderr } = spawnSync(python!, ["-c", program], { cwd: place.folder, encoding: "utf8", env });
  if (status !== 0 || /newly initialized|not used when/.test(stderr)) throw new Error(`${program}\n${stderr}`);
  return stdout.trim();
}

describe.skipIf(python === undefined)("Python that a page shows", () => {
  beforeAll(async () => {
    place.examples("annotations.jsonlines", 12);
    const [command] = blocksOf(pageOf("README.md").split("## Use the model from Python")[1]!, "sh");
    // A model of the hub is not at hand; luke-mini stands for the one of the tutorial.
    const commands = [
      command!,
      "npx relata train annotations.jsonlines --model luke-mini --encoding pair --output runs/mluke",
    ];
    for (const line of commands) {
      const args = line
        .trim()
        .replace(/^npx relata /, "")
        .split(" ");
      const { code, stderr } = await relata([...args, "--max-steps", "2", "--threads", "1"], { cwd: place.folder });
      if (code !== 0) throw new Error(stderr);
    }
  }, 600_000);

  test("README opens the folder with all of its weights", () => {
    const [program] = blocksOf(pageOf("README.md"), "python");
    const labels = run(`${program}print(len(model.config.id2label), len(tokenizer) > 0)`);
    expect(labels).toMatch(/^\d+ True$/);
  });

  test("the tutorial for engineers opens the encoder", () => {
    const [program] = blocksOf(pageOf("docs/tutorials/engineer.md"), "python");
    expect(run(`${program}print(type(model).__name__, len(tokenizer) > 0)`)).toBe("LukeModel True");
  });

  test.each(["pairs", "mluke"])(
    "the card of runs/%s prints a label of the model, and its command one too",
    async (name) => {
      const card = readFileSync(place.path(`runs/${name}/README.md`), "utf8");
      const labels = Object.values(
        (JSON.parse(readFileSync(place.path(`runs/${name}/config.json`), "utf8")) as { id2label: object }).id2label,
      );
      // The card's commands are run in the folder in which the model lies.
      const [program] = blocksOf(card, "python");
      expect(labels).toContain(run(`import os\nos.chdir("runs")\n${program}`));
      const line = blocksOf(card, "sh").find((block) => block.includes("relata predict"))!;
      const [, model, text, flags] = /npx relata predict (\S+) --text "([^"]+)" (.+)/.exec(line)!;
      const args = ["predict", model!, "--text", text!, ...flags!.trim().split(" "), "--threads", "1"];
      const { code, stdout, stderr } = await relata(args, { cwd: place.path("runs") });
      expect(code, stderr).toBe(0);
      expect(labels).toContain(/^Anna → Ben: +(\S+) \d/.exec(stdout)?.[1]);
    },
  );
});
