// luke-mini is trained in a tab of Chromium and in Node, on the same documents: the losses are the same, step by step.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Document } from "../../src/browser-training.ts";
import type * as Library from "../../src/index.ts";
import type { FromTraining } from "../../src/page/static/messages.ts";
import { parseJsonLines, relata, Workplace } from "../support/run-cli.ts";
import { hasChromium, openPage } from "./browser.ts";
import { serveFiles } from "./files.ts";

const { openModel } = createRequire(import.meta.url)("relata") as typeof Library;
const bundled = fileURLToPath(new URL("../../dist/page/static/", import.meta.url));
const place = new Workplace();
afterAll(() => place.remove());

/** Steps on a GPU that is software take fifty times as long as those of WebAssembly; on a real one, more are worth asking for. */
const runs = [
  { processor: "cpu", steps: 50 },
  { processor: "gpu", steps: Number(process.env["RELATA_GPU_STEPS"] ?? 2) },
] as const;
const settingsOf = (steps: number) => ({ maxSteps: steps, evalSteps: 25, batchSize: 4, seed: 42 });

interface Ended {
  readonly losses: readonly number[];
  /** When each step ended, in milliseconds. */
  readonly times: readonly number[];
  readonly last: Exclude<FromTraining, { kind: "event" }>;
}

/** Trains on a thread of a page as the page does; the weights come as a list of their bytes. */
const train = (
  documents: readonly Document[],
  { processor, steps }: (typeof runs)[number],
): string => `new Promise((resolve, reject) => {
  const thread = new Worker("training-worker.js", { type: "module" });
  const losses = [];
  const times = [];
  thread.onerror = (error) => reject(new Error(error.message));
  thread.onmessage = ({ data }) => {
    if (data.kind === "event") {
      if (data.event.type !== "step") return;
      losses.push(data.event.loss);
      times.push(performance.now());
      return;
    }
    const files = Object.entries(data.trained?.files ?? {}).map(([name, content]) =>
      [name, typeof content === "string" ? content : { bytes: Array.from(content) }]);
    resolve({ losses, times, last: data.trained ? { ...data, trained: { ...data.trained, files: Object.fromEntries(files) } } : data });
  };
  const run = { name: "mails", documents: ${JSON.stringify(documents)}, settings: ${JSON.stringify(settingsOf(steps))} };
  thread.postMessage({ kind: "train", run, relata: "0", processor: "${processor}" });
})`;

const gpuName =
  'navigator.gpu.requestAdapter({ powerPreference: "high-performance" }).then(({ info }) => info.description || info.vendor + " " + info.architecture)';

describe.skipIf(!hasChromium).each(runs)("training in a tab, on its $processor", (run) => {
  const { processor, steps } = run;
  const [nodeFolder, tabFolder] = [`${processor}-node`, `${processor}-tab`];
  let documents: Document[];
  let tab: Ended;
  beforeAll(async () => {
    const data = place.path("mails.jsonl");
    await relata(["data", "convert", place.examples("annotations.jsonlines", 14), data, "--to", "relata"]);
    // A type may be left out of a line, and is empty then.
    documents = parseJsonLines<Document>(readFileSync(data, "utf8")).map((document) => ({
      ...document,
      entities: document.entities.map((entity) => ({ ...entity, type: entity.type ?? "" })),
    }));
    const flags = [
      "--max-steps",
      String(steps),
      "--eval-steps",
      "25",
      "--batch-size",
      "4",
      "--seed",
      "42",
      "--test-size",
      "0",
    ];
    const trained = await relata(["train", data, "--model", "luke-mini", "--output", place.path(nodeFolder), ...flags]);
    if (trained.code !== 0) throw new Error(trained.stderr);
    const { url } = await serveFiles(bundled);
    const { page } = await openPage(url, { hasGpu: processor === "gpu" });
    tab = (await page.evaluate(train(documents, run))) as Ended;
    const took = tab.times.slice(1).map((time, i) => time - tab.times[i]!);
    const median = took.sort((a, b) => a - b)[took.length >> 1]!;
    const name = processor === "gpu" ? String(await page.evaluate(gpuName)) : "WebAssembly, one thread";
    console.log(`${name}: ${median.toFixed(0)} ms a step, the median of ${took.length} after the first`);
  }, 3_000_000);

  test(`each of ${steps} steps has the loss that it has in Node, to 1e-4`, () => {
    expect(tab.last.kind).toBe("trained");
    const events = parseJsonLines<{ type: string; loss: number }>(
      readFileSync(place.path(`${nodeFolder}/metrics.jsonl`), "utf8"),
    );
    const node = events.filter(({ type }) => type === "step").map(({ loss }) => loss);
    expect(tab.losses.length).toBe(steps);
    expect(node.length).toBe(steps);
    const differences = node.map((loss, i) => Math.abs(tab.losses[i]! - loss) / loss);
    console.log(`largest difference of the losses of ${steps} steps: ${Math.max(...differences).toExponential(1)}`);
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });

  test("the folder opens in Node, and answers as the one that Node has trained", async () => {
    if (tab.last.kind !== "trained") throw new Error(JSON.stringify(tab.last));
    const { files } = tab.last.trained;
    mkdirSync(place.path(tabFolder));
    for (const [name, content] of Object.entries(files) as [string, string | { bytes: number[] }][])
      writeFileSync(
        place.path(`${tabFolder}/${name}`),
        typeof content === "string" ? content : Uint8Array.from(content.bytes),
      );
    const { code, stdout } = await relata(["model", "verify", place.path(tabFolder)]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("every weight has its tensor")]);
    const [{ text, entities }] = documents as [Document];
    const answers = [];
    for (const folder of [tabFolder, nodeFolder]) {
      const model = await openModel(place.path(folder), { threads: 1 });
      answers.push((await model.predict({ text, entities })).relations);
      await model.close();
    }
    const [ours, theirs] = answers as [(typeof answers)[0], (typeof answers)[0]];
    expect(ours.length).toBeGreaterThan(5);
    expect(ours.map(({ head, tail, label }) => [head, tail, label])).toEqual(
      theirs.map(({ head, tail, label }) => [head, tail, label]),
    );
    const differences = ours.flatMap(({ probabilities }, i) =>
      Object.entries(probabilities).map(([label, value]) => Math.abs(value - theirs[i]!.probabilities[label]!)),
    );
    console.log(`largest difference of the probabilities: ${Math.max(...differences).toExponential(1)}`);
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });
});
