import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";

const ignored = /(?:^|\/)(?:node_modules|dist|runs|\.[^/]+|test\/(?:oracle|golden|cases)|reference\/\.venv)(?:\/|$)/;

/** Files below a folder of the checkout, by their paths from its root, with their text. */
export function readFiles(root, folder, wanted) {
  const files = new Map();
  const at = join(root, folder);
  if (!existsSync(at)) return files;
  for (const entry of readdirSync(at, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !wanted.test(entry.name)) continue;
    const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join("/");
    if (!ignored.test(path)) files.set(path, readFileSync(join(root, path), "utf8"));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export const isTest = (path) => path.endsWith(".test.ts");

/** Line count as editors show it. */
export const lineCount = (text) => text.replace(/\n$/, "").split("\n").length;

/** The files of the checkout that a file imports: statically, for types alone, or later. */
export function importsOf(path, text) {
  const found = text.matchAll(/(?:^(?:import|export)\b[^;]*?from\s+|^import\s+|\bimport\()\s*"(\.[^"]+)"/gm);
  return [...found].map(([, target]) => posix.join(dirname(path), target));
}

/** `path:line: text` for each line that a pattern matches. */
export function linesMatching(files, pattern) {
  return [...files].flatMap(([path, text]) =>
    text.split("\n").flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  );
}
