// Texts that several people annotated: named as such, chosen among, compared; nothing is written twice or lost in silence.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { parseJsonLines, relata, Workplace, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
afterAll(() => place.remove());
const run = (...args: string[]): Promise<CliResult> => relata(args, { cwd: place.folder });
const cases = fileURLToPath(new URL("../cases", import.meta.url));
const members = `${cases}/03-doccano-members/export.zip`;
const annotators = `${cases}/29-same-name-folders/annotators`;
const project = `${cases}/11-inception-exports/project-json.zip`;

interface Written {
  readonly id: string;
  readonly entities: unknown[];
  readonly relations: unknown[];
}
const documentsOf = ({ stdout }: CliResult): Written[] => parseJsonLines(stdout) as Written[];
const sizes = (result: CliResult): string[] =>
  documentsOf(result).map(({ id, entities, relations }) => `${id} ${entities.length} ${relations.length}`);

describe("a file for each member of a project", () => {
  test("every document with its annotations; the empty copies are counted", async () => {
    const result = await run("data", "convert", members, "-", "--to", "relata");
    expect(result.code, result.stderr).toBe(0);
    expect(sizes(result)).toEqual(["1 2 1", "2 2 1", "3 2 1", "4 2 1"]);
    expect(result.stderr).toContain(
      "copies without annotations of texts that another copy annotates, set aside: 8, at",
    );
    expect(result.stderr).toContain("Written: 8 of 8 entities, 4 of 4 relations.");
    expect(result.stderr).not.toContain("Nothing was lost");
  });

  test("what one member annotated", async () => {
    const result = await run("data", "convert", members, "-", "--to", "relata", "--annotator", "m2");
    expect(sizes(result)).toEqual(["3 2 1", "4 2 1"]);
    expect(result.stderr).toContain("documents that the annotator of --annotator did not annotate, left out: 2, at");
    const other = await run("data", "convert", members, "-", "--to", "relata", "--annotator", "rosa");
    expect(other).toMatchObject({ code: 64, stdout: "" });
    expect(other.stderr).toMatch(/nobody of this name annotated the documents; annotators are .*"m1", "m2"/);
  });

  test("a split parts the four documents, each once", async () => {
    const result = await run("data", "split", members, "--output", "parts", "--parts", "train=0.5,test=0.5");
    expect(result.code, result.stderr).toBe(0);
    const parts = readdirSync(place.path("parts")).map((name) => readFileSync(place.path(`parts/${name}`), "utf8"));
    expect(parts.flatMap((text) => parseJsonLines(text))).toHaveLength(4);
  });
});

describe("a folder for each annotator", () => {
  test("is named as such where they differ, with what to do; nothing is written", async () => {
    for (const command of [
      ["convert", annotators, "out.jsonl", "--to", "relata"],
      ["split", annotators, "--output", "out"],
    ]) {
      const { code, stdout, stderr } = await run("data", ...command);
      expect({ code, stdout }).toEqual({ code: 65, stdout: "" });
      expect(stderr).toContain("1 text has several annotations that differ");
      expect(stderr).toContain('"annotator1" (1), "annotator2" (1). Choose: --annotator annotator1');
      expect(stderr).not.toMatch(/given twice|--skip-invalid/);
    }
    expect(readdirSync(place.folder).filter((name) => name.includes("out"))).toEqual([]);
  });

  test.each([
    ["first", "x 2 1"],
    ["annotator1", "x 2 1"],
    ["annotator2", "x 2 0"],
    ["agreement", "x 2 0"],
  ])("--annotator %s", async (annotator, expected) => {
    const result = await run("data", "convert", annotators, "-", "--to", "relata", "--annotator", annotator);
    expect(sizes(result)).toEqual([expected]);
    expect(result.stderr).toMatch(/Written: 2 of 4 entities, [01] of 1 relation\.\n/);
  });

  test("folders named one by one are the same", async () => {
    const paths = [`${annotators}/annotator1`, `${annotators}/annotator2`];
    const { code, stderr } = await run("data", "convert", ...paths, "out.jsonl", "--to", "relata");
    expect(code).toBe(65);
    expect(stderr).toContain('"annotator1" (1), "annotator2" (1)');
  });

  test("how far they agree", async () => {
    const { code, stdout } = await run("data", "stats", annotators);
    expect(code).toBe(0);
    expect(stdout).toContain("Agreement on 1 text that several people annotated\n");
    expect(stdout).toMatch(/^annotator1, annotator2 +1 +1\.00 +1\.00 +0\.00 +0\.00$/m);
    const json = await run("data", "stats", annotators, "--json", "--html", "stats.html");
    expect(JSON.parse(json.stdout)).toMatchObject({
      documents: { total: 2 },
      agreement: {
        texts: 1,
        annotators: [
          { name: "annotator1", texts: 1 },
          { name: "annotator2", texts: 1 },
        ],
        pairs: [
          { entities: { units: 3, agreed: 3, kappa: 1 }, relations: { units: 2, agreed: 1, first: 1, second: 0 } },
        ],
      },
    });
    expect(readFileSync(place.path("stats.html"), "utf8")).toContain("annotator 1, annotator 2");
    const chosen = await run("data", "stats", annotators, "--json", "--annotator", "annotator2");
    expect(JSON.parse(chosen.stdout)).toMatchObject({ documents: { total: 1 }, agreement: { texts: 1 } });
    expect(JSON.parse((await run("data", "stats", members, "--json")).stdout)).not.toHaveProperty("agreement");
  });

  test("a check tells of copies and asks nothing", async () => {
    const { stdout, stderr } = await run("data", "check", members);
    expect(stdout + stderr).toContain("documents of the id and text of one in another file: 8");
    expect(stdout + stderr).not.toContain("given twice");
  });
});

test("a project of INCEpTION: the annotators' documents, without the texts from before", async () => {
  const result = await run("data", "convert", project, "-", "--to", "relata", "--annotator", "klie");
  expect(sizes(result)).toEqual(["a.txt 2 1", "b.txt 2 1"]);
});

test("where no text is there twice, a choice is of no use and says so", async () => {
  const one = place.examples("annotations.jsonlines", 3);
  const { code, stderr } = await run("data", "convert", one, "-", "--to", "relata", "--annotator", "first");
  expect(code).toBe(64);
  expect(stderr).toContain("--annotator first: no text is there more than once. Leave the flag out.");
});
