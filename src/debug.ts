import { UsageError } from "./errors.ts";

const words = {
  graph: "print each graph when it is compiled, a line per node",
  feeds: "print name, type, sizes and range of every value that a run is fed",
  profile: "print the time of each kind of op, and of the slowest nodes, when a session ends",
  inspect: "open a debugger port in the thread that runs models, and wait until a debugger is attached",
} as const;

export type DebugWord = keyof typeof words;

/**
 * The words of the environment variable `RELATA_DEBUG`, separated by commas.
 * @throws UsageError for an unknown one, listing those that are known.
 */
export function debugWords(value: string = process.env["RELATA_DEBUG"] ?? ""): ReadonlySet<DebugWord> {
  const given = value.split(",").map((word) => word.trim());
  const wanted = given.filter((word) => word !== "");
  const unknown = wanted.filter((word) => !Object.hasOwn(words, word));
  if (unknown.length > 0) {
    const known = Object.entries(words).map(([word, meaning]) => `  ${word}: ${meaning}`);
    throw new UsageError(
      `Cannot use RELATA_DEBUG=${value}: expected words of this list, separated by commas; found ${unknown.join(", ")}.\n${known.join("\n")}`,
    );
  }
  return new Set(wanted as DebugWord[]);
}

/** Prints for whoever set `RELATA_DEBUG`; nothing else of the library prints. */
export const printDebug = (text: string): void => void process.stderr.write(`${text}\n`);
