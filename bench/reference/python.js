import { spawnSync } from "node:child_process";
import { installReference, venvPython } from "./install.js";

/** The Python with transformers; only benches that compare with it need one. */
export const python = process.env.RELATA_PYTHON ?? venvPython;

/** Installs transformers unless RELATA_PYTHON has it. @throws Error with the way to get it, if that fails */
export function requireTransformers() {
  if (process.env.RELATA_PYTHON === undefined) installReference();
  const probe =
    "import torch, transformers; print('transformers', transformers.__version__, 'torch', torch.__version__)";
  const { status, stdout, stderr, error } = spawnSync(python, ["-c", probe], { encoding: "utf8" });
  if (status === 0) return stdout.trim();
  const reason = error?.message ?? stderr.trim().split("\n").at(-1);
  throw new Error(
    `This bench compares with transformers, and "${python}" cannot import it (${reason}).\n` +
      "Install torch==2.13.0 and transformers==4.57.6, and name that Python in RELATA_PYTHON.",
  );
}
