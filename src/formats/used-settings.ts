import { UsageError } from "../errors.ts";
import { flagOf } from "../settings.ts";
import type { FormatName } from "./names.ts";
import { formatSettings, type FormatSettings } from "./settings.ts";

/** A setting that is about some formats alone. */
type Particular = "offsetUnit" | "tokenEnds" | "discontinuous" | "fields";

/** The settings that the reader of a format looks at; of a format that is not here nothing is known. */
export const usedSettings: Readonly<Partial<Record<FormatName, readonly Particular[]>>> = {
  annotto: [],
  "label-studio": ["offsetUnit", "fields"],
  brat: ["offsetUnit", "discontinuous"],
  inception: ["offsetUnit", "fields"],
  xmi: ["offsetUnit", "fields"],
  webanno: ["offsetUnit", "fields"],
  ddi: ["offsetUnit", "discontinuous"],
  timeml: ["fields"],
  doccano: ["offsetUnit"],
  prodigy: ["offsetUnit"],
  spacy: ["offsetUnit"],
  semeval2010: [],
  kbp37: [],
  tacred: ["tokenEnds"],
  fewrel: [],
  opennre: ["offsetUnit"],
  spert: [],
  dygie: [],
  docred: [],
  relata: ["offsetUnit"],
  csv: ["offsetUnit", "fields"],
};

/** Those for reading alone; a writer may follow `fields` as well. */
export const readingSettings = ["offsetUnit", "tokenEnds", "discontinuous"] as const satisfies readonly Particular[];

/**
 * Refuses a setting that was given though no reader of what was read looks at it: it would do nothing, untold.
 * @throws UsageError
 */
export function requireUsed(
  settings: FormatSettings,
  read: Iterable<FormatName>,
  keys: readonly Particular[] = [...readingSettings, "fields"],
): void {
  const names = [...new Set(read)].sort();
  if (names.length === 0) return;
  const defaults = formatSettings.parse({});
  for (const key of keys) {
    if (settings[key] === undefined || settings[key] === defaults[key]) continue;
    if (names.some((name) => usedSettings[name]?.includes(key) ?? true)) continue;
    const others = Object.entries(usedSettings).flatMap(([name, used]) => (used.includes(key) ? [name] : []));
    throw new UsageError(
      `${flagOf(key)} does nothing here: it is about files of ${others.join(", ")}, and what was read is ${names.join(", ")}. ` +
        "Leave it out, or name the format with --format if the files are of another.",
    );
  }
}
