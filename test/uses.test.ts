// The two example folders of questions: their data is what they say it is, and the whole way from it to an answer works.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Document } from "../src/corpus/document.ts";
import { readCorpus } from "../src/formats/read.ts";
import type { DocumentPrediction } from "../src/model/tasks/prediction.ts";
import { parseJsonLines, quick, relata, Workplace } from "./support/run-cli.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const place = new Workplace();
afterAll(() => place.remove());

/** The exports of an example or script of the repository, which are JavaScript without declarations. */
const exportsOf = async <T>(path: string): Promise<T> => (await import(/* @vite-ignore */ root + path)) as T;
interface Marks {
  readonly readMarked: (id: string, language: string, marked: string) => Document;
}
interface Answers {
  readonly answersOf: (prediction: DocumentPrediction) => unknown[];
}
const { readMarked } = await exportsOf<Marks>("scripts/marked-text.js");

/** Runs a program of the repository, or lines of one, beside the package's own files. */
function node(args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout;
}

const read = async (file: string): Promise<readonly Document[]> =>
  (await readCorpus([`${root}examples/${file}`])).documents;

test("the marks of a text become offsets, and marks that cannot be meant are refused", () => {
  const { text, entities, relations } = readMarked(
    "a",
    "fr",
    "[Je veux|ACTION>d] 📄 la [facture|DOC#d] de [mai|DATE>d].",
  );
  expect(text).toBe("Je veux 📄 la facture de mai.");
  expect(entities.map(({ start, end }) => text.slice(start, end))).toEqual(["Je veux", "facture", "mai"]);
  expect(relations).toEqual([
    { head: 0, tail: 1, label: "ASKS_FOR" },
    { head: 2, tail: 1, label: "PERIOD_OF" },
  ]);
  const failure = (marked: string) => () => readMarked("b", "fr", marked);
  expect(failure("[mai|DATE>d]")).toThrow("text b: >d names no mention");
  expect(failure("[facture|DOC#d]")).toThrow("nothing is related to #d");
  expect(failure("[facture|DOC>a] [mai|DATE#a]")).toThrow("a mention of type DOC is related to nothing");
  expect(failure("la [facture|doc]")).toThrow('"[" is left over near "la [facture|doc]"');
  expect(failure("[ mai|DATE]")).toThrow("begins or ends with a blank");
  expect(failure("[a|DOC#d] [b|DOC#d] [c|DATE>d]")).toThrow("#d names two mentions");
});

test("the JSON Lines are what the marked texts give", () => {
  expect(node(["scripts/marked-text.js", "--check"])).toBe("");
});

/** A prediction of which only the probabilities of one label, pair by pair, are said; a half and more give the label. */
function predicted(text: string, surfaces: [string, string][], pairs: [number, number, string, number][]) {
  const entities = surfaces.map(([surface, type]) => {
    const start = text.indexOf(surface);
    return { start, end: start + surface.length, type, text: surface };
  });
  const relations = pairs.map(([head, tail, label, p]) => ({
    head,
    tail,
    label: p >= 0.5 ? label : "NO_REL",
    probability: Math.max(p, 1 - p),
    probabilities: { NO_REL: 1 - p, [label]: p },
  }));
  return { id: "a", text, entities, relations };
}

test("dates: an answer for each date of each document asked for, with all the others, or none", async () => {
  const { answersOf } = await exportsOf<Answers>("examples/which-date/answer.js");
  const prediction = predicted(
    "Née en mai, je veux la facture de juin, la notice, pas le plan.",
    [
      ["mai", "DATE"],
      ["veux", "ACTION"],
      ["facture", "DOC"],
      ["juin", "DATE"],
      ["notice", "DOC"],
      ["plan", "DOC"],
    ],
    [
      [1, 2, "ASKS_FOR", 0.9],
      [1, 4, "ASKS_FOR", 0.8],
      [1, 5, "ASKS_FOR", 0.1],
      [0, 2, "PERIOD_OF", 0.25],
      [3, 2, "PERIOD_OF", 0.75],
      [0, 4, "PERIOD_OF", 0.25],
      [3, 4, "PERIOD_OF", 0.5 - 2 ** -10],
      [0, 5, "PERIOD_OF", 0.75],
    ],
  );
  const may = { date: "mai", probability: 0.25 };
  expect(answersOf(prediction)).toEqual([
    { mail: "a", document: "facture", period: "juin", probability: 0.75, others: [may] },
    {
      mail: "a",
      document: "notice",
      period: "none",
      probability: 0.75 * (0.5 + 2 ** -10),
      others: [{ date: "juin", probability: 0.5 - 2 ** -10 }, may],
    },
  ]);
});

test("causes: an answer for each cause of each emotion, with all the others, or none", async () => {
  const { answersOf } = await exportsOf<Answers>("examples/which-cause/answer.js");
  const prediction = predicted(
    "Angry about the soup and the bill. Sad. Late train.",
    [
      ["Angry", "EMOTION"],
      ["soup", "THING"],
      ["bill", "THING"],
      ["Sad", "EMOTION"],
      ["Late train", "EVENT"],
    ],
    [
      [0, 1, "CAUSED_BY", 0.75],
      [0, 2, "CAUSED_BY", 0.875],
      [0, 4, "CAUSED_BY", 0.125],
      [3, 4, "CAUSED_BY", 0.25],
    ],
  );
  const [soup, bill] = [
    { cause: "soup", probability: 0.75 },
    { cause: "bill", probability: 0.875 },
  ];
  const train = { cause: "Late train", probability: 0.125 };
  expect(answersOf(prediction)).toEqual([
    { review: "a", emotion: "Angry", ...bill, others: [soup, train] },
    { review: "a", emotion: "Angry", ...soup, others: [bill, train] },
    { review: "a", emotion: "Sad", cause: "none", probability: 0.75, others: [{ ...train, probability: 0.25 }] },
  ]);
});

test("from the text alone: found spans are matched to annotated ones, and a subject that is not found is wrong", async () => {
  const { scored } = await exportsOf<{
    scored: (...args: unknown[]) => { tally: { rows: Map<string, { right: number }> }; mistakes: string[] };
  }>("examples/score.js");
  const { question } = await exportsOf<{ question: unknown }>("examples/which-cause/answer.js");
  const marked = (id: string, text: string): Document => readMarked(id, "en", text);
  const documents = [
    marked("same", "[The soup|THING#s] made me [angry|EMOTION>s], not [the bill|THING]."),
    marked("moved", "[The cold soup|THING#s] made me [angry|EMOTION>s]."),
    marked("none", "I was [sad|EMOTION]; [the bill|THING] was small."),
    marked("unfound", "[The wait|EVENT#w] made us [furious|EMOTION>w]."),
  ];
  const found: [string, string][][] = [
    [
      ["angry", "EMOTION"],
      ["The soup", "THING"],
      ["the bill", "THING"],
    ],
    [
      ["angry", "EMOTION"],
      ["cold soup", "THING"],
    ],
    [
      ["sad", "EMOTION"],
      ["the bill", "THING"],
    ],
    [["The wait", "EVENT"]],
  ];
  const pairs: [number, number, string, number][][] = [
    [
      [0, 1, "CAUSED_BY", 0.9],
      [0, 2, "CAUSED_BY", 0.1],
    ],
    [[0, 1, "CAUSED_BY", 0.9]],
    [[0, 1, "CAUSED_BY", 0.2]],
    [],
  ];
  const predictions = documents.map(({ text }, i) => predicted(text, found[i]!, pairs[i]!));
  const subjectsOf = ({ entities }: Document): Set<number> =>
    new Set(entities.flatMap(({ type }, i) => (type === "EMOTION" ? [i] : [])));
  const { tally, mistakes } = scored(documents, predictions, { question, subjectsOf, candidate: "candidate" }, true);
  expect([...tally.rows].map(([name, { right }]) => [name, right])).toEqual([
    ["model", 2],
    ["model, overlapping", 3],
    ["nearest candidate", 0],
    ["last candidate", 0],
    ["always none", 1],
  ]);
  expect(mistakes.map((line) => line.split("\n")[0])).toEqual([
    "moved: angry: cold soup for The cold soup",
    "unfound: furious: not found for The wait",
  ]);
});

const uses = [
  {
    name: "which-date",
    joins: { ASKS_FOR: ["ACTION DOC"], PERIOD_OF: ["DATE DOC"] } as Record<string, string[]>,
    baselines: ["nearest date", "last date", "always none"],
    answer: { mail: expect.any(String), document: expect.any(String), period: expect.any(String) },
  },
  {
    name: "which-cause",
    joins: { CAUSED_BY: ["EMOTION EVENT", "EMOTION THING"] } as Record<string, string[]>,
    baselines: ["nearest candidate", "last candidate", "always none"],
    answer: { review: expect.any(String), emotion: expect.any(String), cause: expect.any(String) },
  },
];

describe.each(uses)("$name", ({ name, joins, baselines, answer }) => {
  const heldOut = `examples/${name}/held-out.jsonl`;
  const model = place.path(name);
  let training: readonly Document[];
  let kept: readonly Document[];

  beforeAll(async () => {
    training = await read(`${name}/train.jsonl`);
    kept = await read(`${name}/held-out.jsonl`);
  });

  test("at least 150 texts, half of them French, a third of them held out, none twice", () => {
    const all = [...training, ...kept];
    expect(training.length).toBeGreaterThanOrEqual(100);
    expect(kept.length).toBeGreaterThanOrEqual(50);
    expect(new Set(all.map(({ text }) => text)).size).toBe(all.length);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const part of [training, kept]) {
      const french = part.filter(({ metadata }) => metadata?.["language"] === "fr").length;
      expect(Math.abs(french / part.length - 0.5)).toBeLessThan(0.06);
    }
  });

  test("relations join the types that they are for; mentions have no blanks around them", () => {
    for (const { text, entities, relations } of [...training, ...kept]) {
      for (const { label, head, tail } of relations)
        expect(joins[label], text).toContain(`${entities[head]!.type} ${entities[tail]!.type}`);
      for (const { start, end } of entities) expect(text.slice(start, end)).toMatch(/^\S(.*\S)?$/s);
    }
  });

  test("relata data check finds no error and no warning", async () => {
    const { code, stdout } = await relata(["data", "check", `examples/${name}/train.jsonl`, heldOut], { cwd: root });
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/^(error|warning)/m);
  });

  test("a few steps of training, the answers, the scores and the program of the page", async () => {
    const config = `examples/${name}/config.json`;
    const train = ["train", `examples/${name}/train.jsonl`, "--config", config, ...quick, "--output", model];
    expect((await relata([...train, "--encoding", "document"], { cwd: root })).code).toBe(0);

    const answers = parseJsonLines<{ probability: number; others: { probability: number }[] }>(
      node([`examples/${name}/answer.js`, model, heldOut]),
    );
    for (const one of answers) {
      expect(one).toMatchObject(answer);
      for (const { probability } of [one, ...one.others]) expect(probability).toBeGreaterThanOrEqual(0);
    }

    const scores = node([`examples/${name}/evaluate.js`, model, heldOut]);
    const page = readFileSync(`${root}examples/${name}/README.md`, "utf8");
    for (const baseline of baselines) {
      const row = new RegExp(`^${baseline} .*$`, "m").exec(scores)?.[0];
      expect(row).toBeDefined();
      // They read no model, so the page's figures hold for this one too.
      expect(page).toContain(row);
    }

    const program = /```ts\n([^]*?)```/.exec(page)![1]!.replace(`runs/${name}`, model);
    expect(node(["--input-type=module", "--eval", program])).toContain("probability");
  }, 300_000);
});
