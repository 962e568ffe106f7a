// docs/adding.md, "A format" and "An endpoint": a toy one of each, through the seams that all others use.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { convertConfig } from "../../src/config.ts";
import { RecordError } from "../../src/corpus/errors.ts";
import { Interrupted } from "../../src/errors.ts";
import type { AnnotationFormat } from "../../src/formats/format.ts";
import type { FormatName } from "../../src/formats/names.ts";
import { readCorpus } from "../../src/formats/read.ts";
import { drain } from "../../src/generators.ts";
import { convertData } from "../../src/recipes/convert-data.ts";
import { doJob, jobs, type JobControl } from "../../src/run/job-table.ts";
import type { ArgumentsOf, JobName } from "../../src/run/jobs.ts";
import { Run } from "../../src/run/run.ts";

/** A line for each pair: `Anna <WORKS_AT> Acme`. */
const arrow = vi.hoisted(() => ({ name: "arrow" as FormatName }) as AnnotationFormat);

// The line that registry.ts would get.
vi.mock("../../src/formats/registry.ts", async (importOriginal) => {
  const { formats, detectFormat } = await importOriginal<typeof import("../../src/formats/registry.ts")>();
  return {
    formats: { ...formats, arrow },
    detectFormat: (...[probe, settings]: Parameters<typeof detectFormat>) =>
      arrow.detects(probe) ? arrow : detectFormat(probe, settings),
  };
});

const line = /^(\w+) <(\w+)> (\w+)$/;

Object.assign(arrow, {
  description: "arrow: a line head <LABEL> tail",
  detects: ({ head }) => line.test(head.split("\n")[0]!),
  uses: [],
  async *read(file, context) {
    for await (const { text, at, problem } of file.lines()) {
      const document = context.record(at, () => {
        if (problem) throw problem;
        const [, head, label, tail] = line.exec(text) ?? [];
        if (!head || !label || !tail) throw new RecordError("head <LABEL> tail", text, at);
        const entities = [
          { start: 0, end: head.length, type: "" },
          { start: head.length + 1, end: head.length + 1 + tail.length, type: "" },
        ];
        return { id: `${at.line}`, text: `${head} ${tail}`, entities, relations: [{ head: 0, tail: 1, label }] };
      });
      if (document) yield document;
    }
  },
  writer: {
    layout: "file",
    extension: ".arrow",
    holds: new Set([]),
    async *write(documents) {
      for await (const { text, entities, relations } of documents)
        for (const { head, tail, label } of relations) {
          const [from, to] = [entities[head]!, entities[tail]!].map(({ start, end }) => text.slice(start, end));
          yield { text: `${from} <${label}> ${to}\n` };
        }
    },
  },
} satisfies Omit<AnnotationFormat, "name">);

const folder = mkdtempSync(join(tmpdir(), "relata-arrow-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const two = "Anna <WORKS_AT> Acme\nAcme <IN> Rome\n";

test("a toy format is recognized, read, and converted from and to, and what it does not hold is counted", async () => {
  const path = at("pairs.txt", two);
  const { documents, sources } = await readCorpus([path]);
  expect(sources[0]!.formats).toEqual(["arrow"]);
  expect(documents.map(({ text, relations: [relation] }) => `${text}: ${relation!.label}`)).toEqual([
    "Anna Acme: WORKS_AT",
    "Acme Rome: IN",
  ]);

  const asLines = join(folder, "pairs.jsonl");
  await drain(convertData([path], asLines, convertConfig.parse({ to: "relata" })));
  const [first] = readFileSync(asLines, "utf8").split("\n");
  const typed = first!.replace('"start":0,', '"type":"PER","start":0,');
  expect(typed).not.toBe(first);

  const back = join(folder, "back.txt");
  const settings = { ...convertConfig.parse({ to: "relata" }), to: arrow.name };
  const { losses } = await drain(convertData([at("typed.jsonl", typed)], back, settings));
  expect(readFileSync(back, "utf8")).toBe("Anna <WORKS_AT> Acme\n");
  expect(losses.map(({ code, count }) => [code, count])).toContainEqual(["lost-entity-types", 1]);
});

test("a broken record of a toy format is named with its place, and --skip-invalid goes on without it", async () => {
  const path = at("broken.txt", `${two}Anna works\n`);
  await expect(readCorpus([path])).rejects.toThrow(/broken\.txt:3.*head <LABEL> tail/s);
  const { documents, notices } = await readCorpus([path], { skipInvalid: true });
  expect(documents).toHaveLength(2);
  expect(notices.map(({ code }) => code)).toContain("invalid-document");
});

test("a toy endpoint is a generator in the table of jobs: its run yields events and a result, and can be stopped", async () => {
  const path = at("endpoint.txt", two);
  type Given = { readonly paths: readonly string[] };
  /** Counts the documents of files. */
  const count = async function* ({ paths }: Given, control: JobControl): AsyncGenerator<{ path: string }, number> {
    let documents = 0;
    for (const one of paths) {
      if (control.shouldStop()) throw new Interrupted("stopped");
      yield { path: one };
      documents += (await drain(jobs.read({ paths: [one], options: {} }, control))).documents.length;
    }
    return documents;
  };
  Object.assign(jobs, { count });
  const start = (given: Given): Run<{ path: string }, number> =>
    new Run((signal) => {
      const control: JobControl = { shouldStop: () => signal.aborted, signal, emit: async () => {} };
      const call = { job: "count" as JobName, arguments: given as ArgumentsOf<JobName> };
      return doJob(call, control) as unknown as AsyncGenerator<{ path: string }, number>;
    });

  const run = start({ paths: [path, path] });
  const events: unknown[] = [];
  for await (const event of run) events.push(event);
  expect(events).toEqual([{ path }, { path }]);
  expect(await run.result).toBe(4);

  const stopped = start({ paths: [path, path] });
  stopped.stop();
  await expect(stopped.result).rejects.toThrow(Interrupted);
});
