// Writes the options of the library's functions as interfaces with a comment on each, from the schemas of the settings:
// an editor shows then, beside a name, what the help of the command line says. test/options.test.ts proves them equal to
// the types of the schemas.

import { build } from "esbuild";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The interfaces by file name, with the schema each is written from and the call that takes it. */
const optionTypes = [
  ["train", "TrainOptions", "trainConfig", "`train`"],
  ["curve", "CurveOptions", "curveConfig", "`curve`"],
  ["repeat", "RepeatOptions", "repeatConfig", "`repeat`"],
  ["sweep", "SweepOptions", "sweepConfig", "`sweep`"],
  ["evaluate", "EvaluateOptions", "evaluateConfig", "`evaluate`"],
  ["predict", "PredictOptions", "predictConfig", "`openModel`"],
  ["predict-files", "PredictFilesOptions", "predictFilesConfig", "`predictFiles`"],
  ["convert", "ConvertOptions", "convertConfig", "`convertData`"],
  ["check", "CheckOptions", "checkConfig", "`checkData` and `repairData`"],
  ["split", "SplitOptions", "splitConfig", "`splitData`"],
  ["stats", "StatsOptions", "statsConfig", "`dataStatistics`"],
  ["suspects", "SuspectsOptions", "suspectsConfig", "`findSuspects`"],
  ["compare", "CompareOptions", "compareConfig", "`compare`"],
  ["annotate", "AnnotateOptions", "annotateConfig", "`annotate`"],
  ["sample", "SampleOptions", "sampleConfig", "`sampleData`"],
  ["rename", "RenameOptions", "renameConfig", "`renameData`"],
  ["export", "ExportOptions", "exportConfig", "`exportModel`"],
  ["graph", "GraphOptions", "graphConfig", "`showModelGraph`"],
];

const width = 118;

/** A comment of one line if it fits, else of several. */
function comment(text, indent) {
  const safe = text.replaceAll("*/", "*\\/");
  const one = `${indent}/** ${safe} */`;
  if (one.length <= width) return one;
  const lines = [];
  let line = "";
  for (const word of safe.split(" ")) {
    if (line !== "" && indent.length + 3 + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [`${indent}/**`, ...[...lines, line].map((each) => `${indent} * ${each}`), `${indent} */`].join("\n");
}

function field({ key, type, choices, default: fallback, required, help }) {
  const kind = choices ? choices.map((choice) => JSON.stringify(choice)).join(" | ") : type;
  const shown = fallback === undefined ? "" : ` Default: \`${JSON.stringify(fallback)}\`.`;
  return `${comment(`${help}.${shown}`, "  ")}\n  ${key}${required ? "" : "?"}: ${kind}${required ? "" : " | undefined"};`;
}

/** @returns the text of the module of an interface */
function optionsModule([, name, , call], settings) {
  return `// Written by \`npm run docs\` from the schema of the settings: change its descriptions, not this file.

${comment(`Options of ${call}; those with a question mark may be left out.`, "")}
export interface ${name} {
${settings.map(field).join("\n")}
}
`;
}

/** @returns the text of the module that exports all of them */
const optionsIndex = () =>
  optionTypes.map(([file, name]) => `export type { ${name} } from "./${file}.ts";`).join("\n") + "\n";

/**
 * The schemas, from the sources as they are: they need not compile together with the options of yesterday.
 * @returns what the modules of the schemas export
 */
async function schemas() {
  const folder = mkdtempSync(join(root, "node_modules/.relata-options-"));
  try {
    const sources = ["config", "label-config", "experiment/settings", "formats/rename-settings", "settings"];
    const contents = sources.map((name) => `export * from "./src/${name}.ts";`).join("\n");
    const outfile = join(folder, "schemas.mjs");
    const stdin = { contents, resolveDir: root, loader: "ts" };
    await build({ stdin, outfile, bundle: true, format: "esm", platform: "node", packages: "external" });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns the texts of the modules by their paths */
export async function writtenOptions() {
  const { describeSettings, ...configs } = await schemas();
  const modules = optionTypes.map((type) => {
    const [file, , schema] = type;
    return [`src/options/${file}.ts`, optionsModule(type, describeSettings(configs[schema]))];
  });
  return { ...Object.fromEntries(modules), "src/options/index.ts": optionsIndex() };
}
