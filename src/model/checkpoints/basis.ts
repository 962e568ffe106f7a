import { createHash } from "node:crypto";
import { basename } from "node:path";
import { UsageError } from "../../errors.ts";
import type { ParameterSpec, Weights } from "../../nn/parameters.ts";
import { flagOf, type SettingSource } from "../../settings.ts";
import { versions } from "../../version.ts";
import { rankFields } from "../../ranks/settings.ts";
import type { Basis } from "./trainer-state.ts";

type Settings = Readonly<Record<string, unknown>>;
export type Sources = Readonly<Record<string, SettingSource>>;

/** The settings that a run was begun with, before defaults that depend on the model. */
export interface Begun {
  readonly given: Settings;
  /** The origin of each setting, for the report. */
  readonly sources: Sources | undefined;
}

/** Settings that say where a run writes and how it was called; they are those of the call that resumes it. */
const ofTheCall: ReadonlySet<string> = new Set(["output", "overwrite", "resume", ...Object.keys(rankFields)]);

/** Settings that decide nothing of what a run computes; a resumed run may have others. */
const free: ReadonlySet<string> = new Set([...ofTheCall, "saveSteps", "saveTotalLimit", "threads", "lowMemory"]);

/** The things that decide what a run gives. */
export function runBasis(run: {
  readonly begun: Begun;
  readonly sources: readonly { readonly path: string; readonly sha256: string }[];
  readonly train: { readonly texts: readonly unknown[] };
  readonly validation: { readonly texts: readonly unknown[] };
  readonly test: { readonly texts: readonly unknown[] } | undefined;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly parameters: readonly ParameterSpec[];
  readonly weights: Weights;
}): Basis {
  const { given, sources } = run.begun;
  const stored = Object.entries(given).filter(([key, value]) => !ofTheCall.has(key) && value !== undefined);
  return {
    ...versions,
    settings: Object.fromEntries(stored),
    sources: sources ?? null,
    data: run.sources.map(({ path, sha256 }) => ({ path: basename(path), sha256 })),
    texts: {
      train: run.train.texts.length,
      validation: run.validation.texts.length,
      test: run.test?.texts.length ?? 0,
    },
    model: digestOfFiles(run.files),
    parameters: digestOfParameters(run.parameters, run.weights),
  };
}

/**
 * The settings of a run that is resumed: those it was begun with, but for the free ones.
 * @param sources the origin of each given setting; if not known, all were given
 * @throws UsageError that names every given setting that differs
 */
export function resumedSettings<S extends Settings>(
  given: S,
  { settings, sources: formerSources }: Pick<Basis, "settings" | "sources">,
  place: string,
  sources: Sources | undefined,
): { readonly given: S; readonly sources: Sources | undefined } {
  const keys = [...new Set([...Object.keys(given), ...Object.keys(settings)])];
  const isGiven = (key: string): boolean => (sources ? (sources[key] ?? "default") !== "default" : key in given);
  const differing = keys.filter((key) => {
    const [was, is] = [settings[key], given[key]].map((value) => JSON.stringify(value));
    return !free.has(key) && isGiven(key) && was !== is && is !== undefined;
  });
  if (differing.length > 0) {
    const lines = differing.map((key) => `  ${flagOf(key)} was ${valueOf(settings[key])}, now ${valueOf(given[key])}`);
    throw new UsageError(
      `Cannot resume ${place}: its run was begun with other settings.\n${lines.join("\n")}\n` +
        "Leave these flags out to go on with it as it was begun, or start a new run in another --output.",
    );
  }
  const merged = Object.fromEntries(
    // A setting that the run did not know yet has its default, with which the run was as it was.
    keys.map((key) => [key, !(key in settings) || (free.has(key) && isGiven(key)) ? given[key] : settings[key]]),
  );
  const origins = sources && formerSources ? { ...sources, ...formerSources } : sources;
  return { given: merged as S, sources: origins };
}

const valueOf = (value: unknown): string => (value === undefined ? "not given" : JSON.stringify(value));

/** @throws UsageError if the user asks for a run to go on and to be replaced; a config file may have either */
export function requireNoReplacing(sources: Sources | undefined): void {
  if (sources?.["overwrite"] !== "flag" || sources["resume"] !== "flag") return;
  throw new UsageError(
    "--resume goes on with a run, and --overwrite starts a new one in its place. Leave out one of the two.",
  );
}

/** @throws UsageError that names all that is no longer as it was when the run was begun */
export function requireSameBasis(before: Basis, now: Basis, place: string): void {
  const problems = dataProblems(before.data, now.data);
  if (before.model !== now.model || before.parameters !== now.parameters)
    problems.push("the model that it started from (its configuration, vocabulary or weights) is another one");
  // The same data and settings give the same texts, unless the program has changed.
  const sizes = (["train", "validation", "test"] as const).filter((part) => before.texts[part] !== now.texts[part]);
  if (problems.length === 0 && sizes.length > 0)
    problems.push(
      `Relata ${now.relata} makes other texts of the data than Relata ${before.relata}: ` +
        sizes.map((part) => `${now.texts[part]} instead of ${before.texts[part]} (${part})`).join(", "),
    );
  if (problems.length === 0) return;
  throw new UsageError(
    `Cannot resume ${place}:\n${problems.map((problem) => `  ${problem}`).join("\n")}\n` +
      "Put back what was there when the run was begun, or start a new run in another --output.",
  );
}

function dataProblems(before: Basis["data"], now: Basis["data"]): string[] {
  if (before.length !== now.length)
    return [
      `it was begun on ${before.length} files of data (${names(before)}), now there are ${now.length} (${names(now)})`,
    ];
  return before.flatMap(({ path, sha256 }, i) =>
    sha256 === now[i]!.sha256
      ? []
      : [
          `the data has other contents: ${path} had SHA-256 ${sha256.slice(0, 12)}…, ${now[i]!.path} has ${now[i]!.sha256.slice(0, 12)}…`,
        ],
  );
}

const names = (data: Basis["data"]): string => data.map(({ path }) => path).join(", ");

/** Sentences on what may change the last bits of the result. */
export function driftNotes(
  before: Pick<Basis, "relata" | "onnxruntime"> & { readonly threads: number; readonly ranks: number },
  now: Pick<Basis, "relata" | "onnxruntime"> & { readonly threads: number; readonly ranks: number },
): string[] {
  const notes = (["relata", "onnxruntime", "threads", "ranks"] as const).flatMap((key) =>
    before[key] === now[key] ? [] : [`${key} ${key === "ranks" ? "were" : "was"} ${before[key]}, now ${now[key]}`],
  );
  return notes.length === 0
    ? []
    : [`the result may differ in its last digits from an uninterrupted run: ${notes.join(", ")}`];
}

/** SHA-256 of texts by their names. */
function digestOfFiles(files: Readonly<Record<string, string | Uint8Array>>): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(files).sort()) hash.update(`${name}\n`).update(files[name]!).update("\n");
  return hash.digest("hex");
}

/** SHA-256 of names and shapes of weights, and of the values of those that do not learn. */
export function digestOfParameters(specs: readonly ParameterSpec[], weights: Weights): string {
  const hash = createHash("sha256");
  for (const { name, shape, trainable } of specs) {
    hash.update(`${name} ${shape.join(",")}\n`);
    const { data } = weights.get(name)!;
    if (trainable === false) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}
