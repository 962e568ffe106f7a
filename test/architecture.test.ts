// The order of the house: a folder imports only from itself and from those before it.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const order = [
  "errors.ts",
  "version.ts",
  "random.ts",
  "settings.ts",
  "corpus",
  "formats",
  "inspection",
  "statistics",
  "tokenization",
  "autodiff",
  "luke",
  "onnx",
  "runtime",
  "checkpoint",
  "training",
  "evaluation",
  "config.ts",
  "recipes",
  "index.ts",
  "app",
];

const root = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
const place = (file: string): number => order.indexOf(file.split("/")[0]!);

test("every part of src has its place in the order", () => {
  expect(files.length).toBeGreaterThan(80);
  expect(files.filter((file) => place(file) < 0)).toEqual([]);
});

test.each(files)("%s imports only downwards", (file) => {
  const text = readFileSync(join(root, file), "utf8");
  const imports = [...text.matchAll(/(?:from|import)\s+"(\.[^"]+)"/g)].map(([, path]) =>
    relative(root, resolve(root, dirname(file), path!)).replaceAll("\\", "/"),
  );
  expect(imports.filter((imported) => !imported.startsWith("..") && place(imported) > place(file))).toEqual([]);
});

test("files hold one thing: none is longer than 350 lines", () => {
  const long = files.filter((file) => readFileSync(join(root, file), "utf8").split("\n").length > 350);
  expect(long).toEqual([]);
});

test("the command line starts without formats, models and recipes: a help text has no use for them", () => {
  const loaded = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    const text = readFileSync(join(root, file), "utf8");
    // What is imported for its types, or when a command runs, is not loaded at the start.
    for (const [, path] of text.matchAll(/^(?:import|export)(?! type)[^;]*?from "(\.[^"]+)";/gm))
      load(relative(root, resolve(root, dirname(file), path!)).replaceAll("\\", "/"));
  };
  load("app/cli/main.ts");
  expect(loaded.size).toBeGreaterThan(20);
  const heavy =
    /^(formats\/(registry|read|source\/source-file)|runtime|onnx|training\/(loop|training)|recipes\/(train|predict|convert-data|check-data))\b/;
  expect([...loaded].filter((file) => heavy.test(file) && !file.endsWith("settings.ts"))).toEqual([]);
});
