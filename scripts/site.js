// `npm run site`: builds README, docs, the pages of the examples, the changelog and a reference of the library as one static
// site with a search, into dist-site (or the folder named by `--output`). A link to a page or an anchor that is not there ends it.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildIfStale } from "./build-if-stale.js";
import { checkAnchors } from "./site/anchors.js";
import { linkToPagesAlone, stagePages } from "./site/pages.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const tools = join(root, "scripts/site");
const staged = join(tools, "staged");
const { values } = parseArgs({ options: { output: { type: "string", default: "dist-site" } } });
const output = isAbsolute(values.output) ? values.output : join(process.cwd(), values.output);

/** Runs a program of the site's own packages; ends here with its exit code if it fails. */
function run(what, command, args) {
  process.stderr.write(`${what} …\n`);
  const { status } = spawnSync(command, args, {
    cwd: tools,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status === 0) return;
  process.stderr.write(`${what} failed. Nothing was written to ${output}.\n`);
  process.exit(1);
}

if (!existsSync(join(tools, "node_modules/vitepress/package.json")))
  run("Installing what builds the site", "npm", [
    "ci",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ]);
if (!buildIfStale()) process.exit(1);

rmSync(staged, { recursive: true, force: true });
const pages = stagePages(root, staged);
run("Writing the reference of the library", process.execPath, [
  join(tools, "node_modules/typedoc/bin/typedoc"),
  "--options",
  join(tools, "typedoc.json"),
  "--out",
  join(staged, "docs/reference/api"),
]);
linkToPagesAlone(join(staged, "docs/reference/api"));
run("Building the site", process.execPath, [
  join(tools, "node_modules/vitepress/bin/vitepress.js"),
  "build",
  tools,
  "--outDir",
  output,
]);
const broken = checkAnchors(output);
rmSync(staged, { recursive: true, force: true });
if (broken.length > 0) {
  process.stderr.write(`Links to places that are not there:\n${broken.map((line) => `  ${line}\n`).join("")}`);
  process.exit(1);
}
process.stderr.write(
  `${pages} pages and the reference of the library: ${join(output, "index.html")}. Any web server shows them.\n`,
);
