import { access } from "node:fs/promises";
import { UsageError } from "../errors.ts";

/** Checks before long work that its output would replace nothing. @throws UsageError if the output exists */
export async function requireAbsent(output: string): Promise<void> {
  const exists = await access(output).then(
    () => true,
    () => false,
  );
  if (exists) throw new UsageError(`The output ${output} exists already. Choose another name, or add --overwrite.`);
}
