import { createHash } from "node:crypto";
import { UsageError } from "../errors.ts";
import type { Weights } from "../nn/parameters.ts";
import type { RunFacts } from "./frames.ts";

/** @throws UsageError if a rank has read other data or another model than rank 0 */
export function requireSameFacts(expected: RunFacts, found: RunFacts, name: string): void {
  const short = (digest: string): string => `${digest.slice(0, 12)}…`;
  const problems: string[] = [];
  if (expected.data.length !== found.data.length)
    problems.push(`${found.data.length} files of data instead of ${expected.data.length}`);
  else
    for (const [i, digest] of expected.data.entries())
      if (found.data[i] !== digest)
        problems.push(`file ${i + 1} of the data with SHA-256 ${short(found.data[i]!)} instead of ${short(digest)}`);
  for (const part of ["train", "validation", "test"] as const)
    if (expected.texts[part] !== found.texts[part])
      problems.push(`${found.texts[part]} texts of the ${part} part instead of ${expected.texts[part]}`);
  if (expected.parameters !== found.parameters) problems.push("another model to start from");
  if (problems.length === 0) return;
  throw new UsageError(
    `Cannot train by several ranks: ${name} has read ${problems.join(", ")}. Every rank needs the same data and the same model as rank 0.`,
  );
}

/** SHA-256 of the values of all weights, in their order. */
export function digestOfWeights(weights: Weights): string {
  const hash = createHash("sha256");
  for (const { data } of weights.values()) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest("hex");
}
