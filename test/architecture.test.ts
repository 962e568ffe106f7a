// The order of the house: a folder imports only from itself and from those before it.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const order = [
  "errors.ts",
  "quote.ts",
  "version.ts",
  "random.ts",
  "generators.ts",
  "debug.ts",
  "uninterrupted.ts",
  "device-names.ts",
  "precision-names.ts",
  "settings.ts",
  "settings-file.ts",
  "files",
  "queue",
  "corpus",
  "annotation",
  "formats",
  "inspection",
  "statistics",
  "evaluation",
  "report",
  "tokenization",
  "autodiff",
  "onnx",
  "runtime",
  "nn",
  "training",
  "ranks",
  "model",
  "data-config.ts",
  "config.ts",
  "resolve-config.ts",
  "label-config.ts",
  "setting-groups.ts",
  "experiment",
  "options",
  "recipes",
  "guests",
  "doctor",
  "client",
  "run",
  "scoring",
  "index.ts",
  "browser.ts",
  "browser-training.ts",
  "page",
  "app",
];

const root = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".test.ts"));
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

test.each(files.filter((file) => file.startsWith("app/")))(
  "%s imports the library and reports alone, at once or later",
  (file) => {
    const text = readFileSync(join(root, file), "utf8");
    const imports = [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, path]) =>
      relative(root, resolve(root, dirname(file), path!)).replaceAll("\\", "/"),
    );
    expect(imports.filter((imported) => !/^(?:app\/|report\/|index\.ts$)/.test(imported))).toEqual([]);
  },
);

test.each(files.filter((file) => file.startsWith("page/")))(
  "%s is for browsers: it imports nothing that needs Node",
  (file) => {
    const text = readFileSync(join(root, file), "utf8");
    const imports = [...text.matchAll(/^(?:import|export|\})(?:.* from)? "([^"]+)";$/gm)].map(([, path]) => path!);
    const outside = imports.map((path) =>
      path.startsWith(".") ? relative(root, resolve(root, dirname(file), path)).replaceAll("\\", "/") : path,
    );
    const known =
      /^(?:page\/|annotation\/|client\/|report\/picture\/|browser(?:-training)?\.ts$|preact(?:\/\w+)?$|@preact\/signals$|onnxruntime-web|@noble\/hashes\/|fflate$|\.\.\/package\.json$)/;
    expect(outside.filter((imported) => !known.test(imported))).toEqual([]);
  },
);

test("files hold one thing: none is longer than 350 lines", () => {
  const long = files.filter((file) => readFileSync(join(root, file), "utf8").split("\n").length > 350);
  expect(long).toEqual([]);
});

test("the benches find each module: the first path of bench/modules.js is that of today", async () => {
  const modules: string = new URL("../bench/modules.js", import.meta.url).href;
  const { paths } = (await import(modules)) as { paths: Record<string, [string, ...string[]]> };
  const moved = Object.entries(paths).filter(([, [path]]) => !files.includes(`${path}.ts`));
  expect(moved).toEqual([]);
});

/** The files and packages that a module loads at once, itself included. Imports of types, and later ones, do not count. */
function loadedBy(first: string): { files: string[]; packages: string[] } {
  const loaded = new Set<string>();
  const packages = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    const text = readFileSync(join(root, file), "utf8");
    for (const [, path] of text.matchAll(/^(?:import|export)(?! type)[^;]*?from "([^"]+)";/gm)) {
      if (!path!.startsWith(".")) packages.add(path!);
      else load(relative(root, resolve(root, dirname(file), path!)).replaceAll("\\", "/"));
    }
  };
  load(first);
  return { files: [...loaded], packages: [...packages] };
}

test("the help of the program is printed without a schema: it loads what tells of commands, and nothing else", () => {
  const { files, packages } = loadedBy("app/cli/main.ts");
  expect(files.sort()).toEqual([
    "app/cli/commands.ts",
    "app/cli/help-groups.ts",
    "app/cli/help-topic.ts",
    "app/cli/help.ts",
    "app/cli/late-command.ts",
    "app/cli/main.ts",
  ]);
  expect(packages.filter((name) => !name.startsWith("node:"))).toEqual(["commander"]);
});

test.each(files.filter((file) => file.startsWith("app/cli/commands/")))(
  "%s starts without formats, models and recipes: a help text has no use for them",
  (command) => {
    const { files, packages } = loadedBy(command);
    expect(files.length).toBeGreaterThan(2);
    const heavy =
      /^(formats\/(registry|read|source\/source-file)|runtime|onnx|training\/(loop|training)|recipes\/(train|predict|convert-data|check-data))\b/;
    expect(files.filter((file) => heavy.test(file) && !file.endsWith("settings.ts"))).toEqual([]);
    expect(packages).not.toContain("onnxruntime-node");
    expect(packages).not.toContain("tokenizers");
  },
);

test("a model is opened for predictions without training, formats and the hub", () => {
  const files = ["run/worker.ts", "model/predictor.ts"].flatMap((file) => loadedBy(file).files);
  expect(files).toContain("model/prediction-session.ts");
  const heavy = /^(formats\/(registry|read)|training\/(loop|training)|recipes\/(train|evaluate)|model\/hub\/pull)\b/;
  expect(files.filter((file) => heavy.test(file) && !file.endsWith("settings.ts"))).toEqual([]);
});

test("a thread begins without ONNX Runtime, for which work on files has no use", () => {
  expect(loadedBy("run/worker.ts").packages).not.toContain("onnxruntime-node");
});
