// The Python of the benches that compare with transformers: the one named in RELATA_PYTHON, or one in
// bench/reference/.venv, which is made by the first bench that needs it (about 1 GB, reported on stderr).
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const venv = fileURLToPath(new URL(".venv", import.meta.url));
const inVenv = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
/** A file that is written last: without it the installation was interrupted. */
const mark = join(venv, "installed");

export const venvPython = join(venv, ...inVenv);

const torch = "torch==2.13.0";
const transformers = "transformers==4.57.6";
/** The index of builds without CUDA, a tenth of the size; pip prefers their version, 2.13.0+cpu, as the higher one. */
const torchIndex = "https://download.pytorch.org/whl/cpu";

/** @throws Error naming the command that failed */
export function installReference() {
  if (existsSync(mark)) return;
  rmSync(venv, { recursive: true, force: true });
  tell(`Installing ${torch} and ${transformers} into ${venv} (once; RELATA_PYTHON names another Python) …`);
  runOrFail(process.platform === "win32" ? "python" : "python3", "-m", "venv", venv);
  // If the second index cannot be reached, the first one has everything: pip need not try five times.
  const indexes = ["--retries", "1", "--extra-index-url", torchIndex];
  runOrFail(venvPython, "-m", "pip", "install", "--quiet", ...indexes, torch, transformers);
  writeFileSync(mark, `${torch}\n${transformers}\n`);
}

const tell = (line) => process.stderr.write(`${line}\n`);

function runOrFail(command, ...args) {
  tell(`  ${[command, ...args].join(" ")}`);
  // Output of pip goes to stderr: stdout is for results.
  const { status, error } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  if (status === 0) return;
  throw new Error(
    `Cannot install what this bench compares with: "${command}" ${error ? `cannot be started (${error.message})` : `ended with exit code ${status}`}.\n` +
      `Install ${torch} and ${transformers} yourself, and name that Python in RELATA_PYTHON.`,
  );
}
