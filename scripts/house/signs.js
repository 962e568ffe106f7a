import { existsSync } from "node:fs";
import { join } from "node:path";
import { importCycles } from "./cycles.js";
import { brokenLinks, linksOf, numbered, unresolvedCitations } from "./pages.js";
import { importsOf, isTest, lineCount, linesMatching, readFiles } from "./sources.js";

/** Type names for a model: its folder, its contents, its sessions. A vocabulary file is not one. */
const modelType =
  /^(?:export )?(?:abstract )?(?:interface|type|class) ((?!SentencePiece)\w*(?:Model(?:Folder|Info|Outline)?|Checkpoint|Predictor|PredictionSession))\b/;

/** Words of a private English; the plain ones are reports, if given, on ties the first, the user. */
const privateEnglish = /\bso wished\b|\bof equals\b|\ba person\b|\btold\b(?! apart)|\btells?\b(?! apart)/;

/** Folders of the redesign, each with room for a second thing of its kind. */
const rooms = [
  "files",
  "nn",
  "report",
  "run",
  "tokenization/tokenizers",
  "tokenization/inputs",
  "model/encoders/luke",
  "model/heads",
  "model/hub",
  "model/tasks/entity-typing",
  "model/tasks/relations",
  "model/weights",
];

/** A sign is a figure that must not exceed its limit, and the places that it counts. */
const count = (name, limit, what, places) => ({ name, figure: places.length, limit, what, places });
const longest = (name, limit, what, lengths) => ({
  name,
  figure: Math.max(0, ...lengths.map(([, length]) => length)),
  limit,
  what,
  places: lengths.filter(([, length]) => length > limit).map(([path, length]) => `${path}: ${length} lines`),
});

/** Files outside a folder that import from it: a second one beside it would have to change them. */
const importersOf = (graph, folder) =>
  [...graph]
    .filter(([path, imports]) => !path.startsWith(folder) && imports.some((to) => to.startsWith(folder)))
    .map(([path]) => path);

/** Lines of the function `name` of a file, found by the closing brace in the first column. */
function functionLength(text, name) {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => new RegExp(`^(?:export )?(?:async )?function\\*? ${name}\\b`).test(line));
  return start < 0 ? 0 : lines.findIndex((line, i) => i > start && line === "}") - start + 1;
}

/** Counts every sign in a checkout. */
export function signsOf(root) {
  const all = readFiles(root, "src", /\.ts$/);
  const src = new Map([...all].filter(([path]) => !isTest(path)));
  const within = (folder, files = src) => new Map([...files].filter(([path]) => path.startsWith(folder)));
  const outside = (pattern) => new Map([...src].filter(([path]) => !pattern.test(path)));
  const graph = new Map([...src].map(([path, text]) => [path, importsOf(path, text)]));
  const recipes = [...within("src/recipes/")];
  const code = new Map([
    ...all,
    ...["test", "scripts", "bench", "bin"].flatMap((folder) => [...readFiles(root, folder, /\.[jt]s$/)]),
  ]);
  const top = readFiles(root, ".", /^(?:README|CONTRIBUTING|CHANGELOG)\.md$/);
  const pages = new Map([...top, ...readFiles(root, "docs", /\.md$/)]);
  const adding = pages.get("docs/adding.md") ?? "";
  const itemsOf = (heading) => numbered(adding, heading).map((item) => item.split("\n")[0]);
  const tour = numbered(pages.get("docs/architecture.md") ?? "", "One sentence, from file to answer");
  const kinds = ["An op", "A format", "A head", "An encoder", "A task", "An optimizer", "An endpoint"];

  return [
    count(
      "rooms-missing",
      0,
      "folders of the redesign that are not there",
      rooms.map((room) => `src/${room}/`).filter((room) => !existsSync(join(root, room))),
    ),
    count(
      "luke-outside",
      0,
      "files outside model/encoders/luke that match /luke\\.|LukeConfig/, citations of docs/luke.md aside",
      [
        ...new Set(
          linesMatching(outside(/^src\/(?:model\/encoders\/)?luke\//), /luke\.(?!md)|LukeConfig/).map(
            (place) => place.split(":")[0],
          ),
        ),
      ],
    ),
    count(
      "recipes",
      15,
      "files of recipes/",
      recipes.map(([path]) => path),
    ),
    longest(
      "recipe-lines",
      150,
      "lines of the longest recipe",
      recipes.map(([path, text]) => [path, lineCount(text)]),
    ),
    longest(
      "train-lines",
      60,
      "lines of train()",
      recipes
        .filter(([path]) => path.endsWith("/train.ts"))
        .map(([path, text]) => [path, functionLength(text, "train")]),
    ),
    count("model-types", 4, "types of a model", linesMatching(src, modelType)),
    count(
      "encoder-files",
      3,
      "files elsewhere that import an encoder: a second one changes them too",
      importersOf(graph, existsSync(join(root, "src/model/encoders")) ? "src/model/encoders/luke/" : "src/luke/"),
    ),
    count(
      "task-files",
      3,
      "files elsewhere that import the task of relations, beside the task that is made of two: a second task changes them too",
      importersOf(graph, "src/model/tasks/relations/").filter((path) => !path.startsWith("src/model/tasks/both/")),
    ),
    count(
      "adding-lists",
      0,
      "things that docs/adding.md gives no list, or one longer than three files",
      kinds.flatMap((kind) => {
        const items = itemsOf(kind);
        return items.length >= 1 &&
          items.length <= 3 &&
          items.every((item) => linksOf(item).length > 0 || item.includes("`"))
          ? []
          : [`${kind}: ${items.length} files`];
      }),
    ),
    count("tour-stops", 12, "stops of docs/architecture.md from a file to an answer", tour),
    count(
      "tour-dead-ends",
      0,
      "a tour that is missing, or stops of it that link to no file",
      tour.length === 0
        ? ['docs/architecture.md: no section "One sentence, from file to answer" with a numbered list']
        : tour.filter((stop) => !linksOf(stop).some((link) => existsSync(join(root, "docs", link.split("#")[0])))),
    ),
    count(
      "app-imports",
      0,
      "imports of app/ from elsewhere than app/, index.ts and report/",
      [...within("src/app/")].flatMap(([path, text]) =>
        [...new Set(importsOf(path, text))]
          .filter((to) => !/^src\/(?:app\/|report\/|index\.ts$)/.test(to))
          .map((to) => `${path} → ${to}`),
      ),
    ),
    count(
      "drains",
      0,
      "generators drained by hand with next(), outside of run/ and of the readers of chunks in formats/",
      drains(outside(/^src\/(?:run|formats)\//)),
    ),
    longest(
      "longest-file",
      300,
      "lines of the longest file of src, tests aside",
      [...src].map(([path, text]) => [path, lineCount(text)]),
    ),
    count(
      "long-files",
      0,
      "other files of more than 300 lines: tests, scripts, benches",
      [...code]
        .filter(([path, text]) => !src.has(path) && lineCount(text) > 300)
        .map(([path, text]) => `${path}: ${lineCount(text)} lines`),
    ),
    count(
      "import-cycles",
      0,
      "groups of files that import each other, types included",
      importCycles(graph).map((cycle) => cycle.join(" ↔ ")),
    ),
    count("docstrings-what", 0, "comments that begin with What", comments(code, /^What\b/)),
    count("private-english", 0, `lines of src that match ${privateEnglish}`, linesMatching(src, privateEnglish)),
    count("broken-links", 0, "links of pages that do not resolve", brokenLinks(root, pages)),
    count("luke-citations", 0, "citations of docs/luke.md that name no section of it", unresolvedCitations(root, code)),
  ];
}

/** Each variable of a file of which `next` is awaited, or called in a loop until it is done. */
function drains(files) {
  const found = [...files].flatMap(([path, text]) =>
    [...text.matchAll(/await (\w+)\.next\(\)|while \(!(\w+)\.next\(\)\.done\)/g)].map(
      ([, one, other]) => `${path}: ${one ?? other}.next()`,
    ),
  );
  return [...new Set(found)];
}

/** Comments whose text begins with a pattern: docstrings, and lines of their own after `//`. */
function comments(files, pattern) {
  return [...files].flatMap(([path, text]) =>
    [...text.matchAll(/\/\*\*(?:\s*\n\s*\*)? *(\S[^\n]*)|(?<=^|\n)[ \t]*\/\/ *(\S[^\n]*)/g)].flatMap((match) => {
      const comment = match[1] ?? match[2];
      const isContinued =
        match[2] !== undefined && /\/\/[^\n]*\n[ \t]*$/.test(text.slice(Math.max(0, match.index - 200), match.index));
      return pattern.test(comment) && !isContinued
        ? [`${path}:${lineCount(text.slice(0, match.index + match[0].length))}: ${comment}`]
        : [];
    }),
  );
}
