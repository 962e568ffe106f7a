// Several annotations of one text in one file: of Prodigy's sessions, of one task of Label Studio, and plain copies.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { parseJsonLines, quick, relata, Workplace, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
afterAll(() => place.remove());
const run = (...args: string[]): Promise<CliResult> => relata(args, { cwd: place.folder });
const write = (name: string, content: string): void => writeFileSync(place.path(name), content);

interface Written {
  readonly id: string;
  readonly entities: { readonly type?: string }[];
  readonly relations: unknown[];
}
const shown = ({ stdout }: CliResult): string[] =>
  (parseJsonLines(stdout) as Written[]).map(
    ({ id, entities, relations }) => `${id} ${entities.map(({ type }) => type).join(",")} ${relations.length}`,
  );

const text = "Eve pays Dan";

const answer = (by: object, hash: number, label: string, hasRelation: boolean): string =>
  JSON.stringify({
    text: `${text} ${hash} euros`,
    _task_hash: hash,
    ...by,
    answer: "accept",
    spans: [
      { start: 0, end: 3, token_end: 0, label },
      { start: 9, end: 12, token_end: 2, label: "PER" },
    ],
    relations: hasRelation ? [{ head: 0, child: 2, label: "pays" }] : [],
  });
write(
  "answers.jsonl",
  [
    answer({ _annotator_id: "money-ines", _session_id: "money-ines" }, 7, "PER", true),
    answer({ _annotator_id: "money-omar", _session_id: "money-omar" }, 7, "ORG", true),
    answer({ _annotator_id: null, _session_id: "money-omar" }, 8, "PER", false),
  ].join("\n"),
);

const region = (id: string, start: number, end: number, label: string): object => ({
  id,
  from_name: "label",
  to_name: "text",
  type: "labels",
  value: { start, end, text: text.slice(start, end), labels: [label] },
});
const annotation = (by: unknown, label: string, more: object = {}): object => ({
  completed_by: by,
  was_cancelled: false,
  result: [
    region("a", 0, 3, label),
    region("b", 9, 12, "PER"),
    { type: "relation", from_id: "a", to_id: "b", direction: "right", labels: ["pays"] },
  ],
  ...more,
});
write(
  "tasks.json",
  JSON.stringify([
    {
      id: 5,
      data: { text },
      annotations: [
        annotation({ id: 31, email: "ines@example.org" }, "PER"),
        annotation({ id: 32, email: "omar@example.org" }, "ORG", { was_cancelled: true }),
        annotation(33, "ORG", { ground_truth: true }),
      ],
      predictions: [{ model_version: "m", result: [region("p", 0, 3, "X")] }],
    },
    { id: 6, data: { text: "Kim pays Dan" }, annotations: [annotation(33, "PER")] },
  ]),
);

describe.each([
  [
    "answers.jsonl",
    { ines: "money-ines", omar: "money-omar" },
    ["7 PER,PER 1"],
    ["7 ORG,PER 1", "8 PER,PER 0"],
    "7 PER,PER 1",
  ],
  [
    "tasks.json",
    { ines: "ines@example.org", omar: "33" },
    ["5 PER,PER 1"],
    ["5 ORG,PER 1", "6 PER,PER 1"],
    "5 ORG,PER 1",
  ],
])("%s", (file, names, ofInes, ofOmar, first) => {
  test("--annotator: a name, the first, what both have", async () => {
    const convert = (annotator: string): Promise<CliResult> =>
      run("data", "convert", file, "-", "--to", "relata", "--annotator", annotator);
    expect(shown(await convert(names.ines))).toEqual(ofInes);
    expect(shown(await convert(names.omar))).toEqual(ofOmar);
    expect(shown(await convert("first"))[0]).toBe(first);
    // The two disagree on the type of one entity, and so on the relation.
    expect(shown(await convert("agreement"))[0]).toMatch(/^\d PER 0$/);
    const nobody = await convert("nora");
    expect(nobody).toMatchObject({ code: 64, stdout: "" });
    expect(nobody.stderr).toContain(`"${names.omar}"`);
  });

  test("how far they agree", async () => {
    const { code, stdout, stderr } = await run("data", "stats", file);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("entities κ");
    expect(stdout).toContain(names.ines);
  });
});

test("copies in one plain file are found: alike ones are read once, others are an error until one is chosen", async () => {
  const several = await run("data", "convert", "answers.jsonl", "-", "--to", "relata");
  expect(several).toMatchObject({ code: 65, stdout: "" });
  expect(several.stderr).toContain('"money-ines" (1), "money-omar" (1). Choose: --annotator money-ines');
  const one = (type: string): string =>
    `${JSON.stringify({ id: "a", text, entities: [{ start: 0, end: 3, type }], relations: [] })}\n`;
  const other = `${JSON.stringify({ id: "a", text: "Kim pays", entities: [], relations: [] })}\n`;
  write("alike.jsonl", one("PER") + one("PER") + other);
  const alike = await run("data", "convert", "alike.jsonl", "-", "--to", "relata");
  expect(alike.code, alike.stderr).toBe(0);
  expect(shown(alike)).toEqual(["a PER 0", "a  0"]);
  expect(alike.stderr).toContain("copies that are annotated alike, read once: 1");
  expect(alike.stderr).toContain("Written: 1 of 2 entities");
  write("differ.jsonl", one("PER") + one("ORG"));
  const differ = await run("data", "convert", "differ.jsonl", "-", "--to", "relata");
  expect(differ).toMatchObject({ code: 65, stdout: "" });
  expect(differ.stderr).toContain("differ.jsonl:1, differ.jsonl:2. Choose: --annotator first reads");
  const convert = async (annotator: string): Promise<string[]> =>
    shown(await run("data", "convert", "differ.jsonl", "-", "--to", "relata", "--annotator", annotator));
  expect(await convert("first")).toEqual(["a PER 0"]);
  expect(await convert("agreement")).toEqual(["a  0"]);
});

test("one annotation of a task is read without a choice, the others are counted", async () => {
  const result = await run("data", "convert", "tasks.json", "-", "--to", "relata");
  expect(shown(result)).toEqual(["5 ORG,PER 1", "6 PER,PER 1"]);
  expect(result.stderr).toContain("left out (--annotator chooses): 1");
});

test("annotators are named on the terminal and in no file that is written", async () => {
  await run("data", "stats", "answers.jsonl", "--html", "page.html");
  const page = readFileSync(place.path("page.html"), "utf8");
  expect(page).toContain("annotator 1, annotator 2");
  expect(page).not.toMatch(/ines|omar/);
  for (const to of ["relata", "prodigy", "label-studio"]) {
    const { stdout } = await run("data", "convert", "answers.jsonl", "-", "--to", to, "--annotator", "money-omar");
    expect(stdout).not.toBe("");
    expect(stdout).not.toMatch(/ines|omar/);
  }
});

test("a model's folder names no annotator, whether one was chosen by name or not", async () => {
  const tasks = Array.from({ length: 8 }, (_, i) =>
    ["ines", "omar"].map((name) =>
      answer({ _annotator_id: name, _session_id: name }, i, "PER", name === "ines" || i < 6),
    ),
  );
  write("mails.jsonl", tasks.flat().join("\n"));
  for (const [annotator, folder] of [
    ["omar", "by-name"],
    ["first", "by-place"],
  ] as const) {
    const trained = await run("train", "mails.jsonl", "--output", folder, ...quick, "--annotator", annotator);
    expect(trained.code, trained.stderr).toBe(0);
    const files = readdirSync(place.path(folder), { recursive: true, encoding: "utf8" });
    expect(files).toEqual(expect.arrayContaining(["relata.json", "README.md", "report.html"]));
    for (const file of files) {
      const path = place.path(`${folder}/${file}`);
      const content = statSync(path).isFile() ? readFileSync(path, "latin1") : "";
      // Weights may hold any bytes.
      if (!file.endsWith(".safetensors")) expect(content, file).not.toMatch(/\b(?:ines|omar)\b/);
    }
  }
});

test("predict refuses the choice, and says why", async () => {
  const { code, stderr } = await run("predict", "answers.jsonl", "--annotator", "first");
  expect(code).toBe(64);
  expect(stderr).toContain("--annotator does nothing here: predict finds relations anew");
});
