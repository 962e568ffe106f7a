import { existsSync } from "node:fs";
import { basename, join } from "node:path";

/**
 * A folder for a run that was given none: `runs/` and the name of the data, numbered from the second run on, so that no
 * run stands in the way of the next.
 */
export function defaultOutput(data: readonly string[]): string {
  const name = basename(data[0] ?? "")
    .replace(/^\.+/, "")
    .replace(/\..*$/, "");
  const first = join("runs", name === "" || name === "-" ? "run" : name);
  let output = first;
  for (let number = 2; existsSync(output); number++) output = `${first}-${number}`;
  return output;
}
