// The notebook of examples/ runs from its first cell to its last, in a Python that has torch and transformers: RELATA_PYTHON names it.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const python = process.env["RELATA_PYTHON"];
if (python === undefined)
  console.warn("SKIPPED: the notebook needs a Python with torch and transformers. Name it in RELATA_PYTHON.");

const place = mkdtempSync(join(tmpdir(), "relata-notebook-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** The cells as a program: lines for the shell are run by it, and changes of the folder are made. */
function programOf(notebook: string): string {
  const { cells } = JSON.parse(readFileSync(notebook, "utf8")) as { cells: { cell_type: string; source: string[] }[] };
  const code = cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) => source.join(""));
  const lines = code.join("\n").split("\n");
  return ["import os as _os, subprocess as _subprocess", ...lines.map(plain)].join("\n");
}

function plain(line: string): string {
  if (line.startsWith("!")) return `_subprocess.run(${JSON.stringify(line.slice(1))}, shell=True, check=True)`;
  if (line.startsWith("%cd ")) return `_os.chdir(${JSON.stringify(line.slice(4))})`;
  return line;
}

test.skipIf(python === undefined)(
  "the notebook trains, opens the folder in transformers, and finds equal probabilities",
  () => {
    // Stands for the command that `npx` finds in this checkout.
    mkdirSync(join(place, "path"));
    const shim = `#!/bin/sh\n[ "$1" = relata ] && shift\nexec "${process.execPath}" "${join(root, "bin/relata.js")}" "$@"\n`;
    writeFileSync(join(place, "path/npx"), shim, { mode: 0o755 });
    const program = join(place, "notebook.py");
    writeFileSync(program, programOf(join(root, "examples/notebook/relations.ipynb")));
    const env = { ...process.env, PATH: `${join(place, "path")}${delimiter}${process.env["PATH"]}` };
    const run = spawnSync(python!, [program], { cwd: join(root, "examples/notebook"), encoding: "utf8", env });
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout).toMatch(/^150 steps, loss /m);
    expect(run.stdout).toMatch(/^the probabilities differ by \d\.\de-\d+ at most$/m);
  },
  600_000,
);
