import { spawnSync } from "node:child_process";

/** The Python that has the originals; only benches that compare with them need one. */
export const python = process.env.RELATA_PYTHON ?? "python3";

/** @throws Error telling how to get them, if that Python has no torch or transformers */
export function requireTransformers() {
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
