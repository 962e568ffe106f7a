// The program of docs/browser.md runs as it stands there, and answers as the library in Node does.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openModel } from "../src/model/predictor.ts";
import { trainModel, Workplace } from "./support/run-cli.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const place = new Workplace();

beforeAll(() => trainModel(place.examples("annotations.jsonlines", 6), place.path("model")));
afterAll(() => {
  vi.unstubAllGlobals();
  place.remove();
});

/** Bundles the program for a browser, with ONNX Runtime of Node, which has the same interface, for that of the web. */
async function bundle(program: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: at(".") },
    bundle: true,
    platform: "browser",
    format: "esm",
    write: false,
    plugins: [
      {
        name: "the package and its runtime",
        setup(builder) {
          builder.onResolve({ filter: /^relata\/browser$/ }, () => ({ path: at("../src/browser.ts") }));
          builder.onResolve({ filter: /^onnxruntime-web$/ }, ({ path }) => ({ path, namespace: "global" }));
          builder.onLoad({ filter: /./, namespace: "global" }, () => ({
            contents: "module.exports = globalThis.ort;",
          }));
        },
      },
    ],
  });
  return outputFiles[0]!.text;
}

test("the program of docs/browser.md predicts as the library in Node does", async () => {
  const [, program] = /```js\n([^]*?)```/.exec(readFileSync(at("../docs/browser.md"), "utf8"))!;
  const file = place.path("program.mjs");
  const entities = [{ start: 0, end: 4, type: "WHO" }, { start: 9, end: 12, type: "WHO" }]; // prettier-ignore
  const input = { text: "Anna met Ben.", entities };
  const asksWhy = `console.log(await explain(classifier, ${JSON.stringify(input)}, { head: 0, tail: 1 }));`;
  writeFileSync(file, await bundle(`${program!.replace("{ openClassifier", "{ explain, openClassifier")}\n${asksWhy}`));
  const printed: unknown[][] = [];
  vi.stubGlobal("ort", ort);
  vi.stubGlobal("fetch", (url: string) =>
    Promise.resolve(new Response(readFileSync(join(place.path("model"), basename(url))))),
  );
  vi.spyOn(console, "log").mockImplementation((...values: unknown[]) => void printed.push(values));
  await import(/* @vite-ignore */ pathToFileURL(file).href);

  const model = await openModel(place.path("model"));
  const pairs = [[0, 1], [1, 0]] as const; // prettier-ignore
  const options = { batchSize: 8, relationsOnly: false };
  const [expected] = await model.task.predict(model, [{ ...input, pairs }], options);
  const why = await model.explain(input, { head: 0, tail: 1 });
  await model.dispose();
  expect(printed.pop()).toEqual([why]);
  expect(printed).toEqual(
    expected!.relations.map(({ head, tail, label, probabilities }) => [head, tail, [label], probabilities]),
  );
  expect(printed.length).toBe(2);
});
