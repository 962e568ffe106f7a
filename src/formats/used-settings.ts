import { UsageError } from "../errors.ts";
import { flagOf } from "../settings.ts";
import { formatNames, type FormatName } from "./names.ts";
import { formats } from "./registry.ts";
import { formatSettings, type FormatSetting, type FormatSettings } from "./settings.ts";

const particular: readonly FormatSetting[] = ["offsetUnit", "tokenEnds", "discontinuous", "fields"];

/**
 * Refuses a setting that neither the readers nor the writer use, since it would silently have no effect.
 * @param written formats that are written with the same settings
 * @throws UsageError
 */
export function requireUsed(
  settings: FormatSettings,
  read: Iterable<FormatName>,
  written: readonly FormatName[] = [],
): void {
  const names = [...new Set(read)].sort();
  if (names.length === 0) return;
  const defaults = formatSettings.parse({});
  for (const key of particular) {
    if (settings[key] === undefined || settings[key] === defaults[key]) continue;
    if (names.some((name) => formats[name].uses.includes(key))) continue;
    if (key === "fields" && written.some((name) => formats[name].writer?.usesFields)) continue;
    const others = formatNames.filter((name) => formats[name].uses.includes(key));
    const of = written.length > 0 ? ` and what is written is ${written.join(", ")}` : "";
    throw new UsageError(
      `${flagOf(key)} does nothing here: it is about files of ${others.join(", ")}, and what was read is ${names.join(", ")}${of}. ` +
        "Leave it out, or name the format with --format if the files are of another.",
    );
  }
}
