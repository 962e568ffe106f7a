import { existsSync } from "node:fs";
import { basename, join } from "node:path";

/**
 * A folder for a run that was given none: `runs/` and the name of the data, numbered from the second run on, so that no
 * run stands in the way of the next.
 */
export function defaultOutput(data: readonly string[]): string {
  const [, free] = numberedOutputs(data);
  return free;
}

/** The newest folder that `defaultOutput` gave to a run on the same data, or the first one. */
export function newestOutput(data: readonly string[]): string {
  const [taken, free] = numberedOutputs(data);
  return taken ?? free;
}

/** The last numbered folder that exists, and the first that does not. */
function numberedOutputs(data: readonly string[]): readonly [taken: string | undefined, free: string] {
  const name = basename(data[0] ?? "")
    .replace(/^\.+/, "")
    .replace(/\..*$/, "");
  const first = join("runs", name === "" || name === "-" ? "run" : name);
  let taken: string | undefined;
  let output = first;
  for (let number = 2; existsSync(output); number++) {
    taken = output;
    output = `${first}-${number}`;
  }
  return [taken, output];
}
