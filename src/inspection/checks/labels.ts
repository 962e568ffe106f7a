import { plural, quote } from "../../quote.ts";
import type { RawDocument } from "../../formats/format.ts";
import type { ProblemCode } from "../problem-kinds.ts";
import { placeOf, problem, type Place, type Problem } from "../problem.ts";
import type { InspectionSettings } from "../settings.ts";
import { folded, misspellings } from "../spelling.ts";
import { looksLikeNone } from "../../corpus/no-relation.ts";

interface Use {
  readonly name: string;
  readonly first: Place;
  count: number;
}

/** A misspelling must be at least this many times rarer than the intended name. */
const rarer = 20;

/** Finds rare names that are spelled nearly like a frequent one. */
class Vocabulary {
  readonly #uses = new Map<string, Use>();

  add(name: string, document: RawDocument): void {
    const use = this.#uses.get(name);
    if (use) use.count++;
    else this.#uses.set(name, { name, first: placeOf(document), count: 1 });
  }

  get uses(): Use[] {
    return [...this.#uses.values()];
  }

  *misspelled(code: ProblemCode): Generator<Problem> {
    const byCount = this.uses.sort((a, b) => b.count - a.count);
    const byFolded = new Map<string, Use>();
    for (const use of byCount) {
      const key = folded(use.name);
      const like = key === "" ? undefined : byFolded.get(key);
      if (!like) byFolded.set(key, use);
      const meant = like ?? byCount.find((other) => isTypo(use, other));
      if (!meant) continue;
      const how = like ? "differs only in case, accents or signs from" : "is spelled nearly like";
      const uses = `${quote(use.name)} (${plural(use.count, "use")}, here the first)`;
      yield problem(code, use.first, {
        message: `${uses} ${how} ${quote(meant.name)} (${plural(meant.count, "use")})`,
        suggestion: `Is ${quote(meant.name)} meant?`,
      });
    }
  }
}

/** Longer names are sentences; they are not compared, since that would take long. */
const longestName = 100;

/**
 * Whether the rare name is a misspelling. Short words are excluded, since one more letter makes another word; so are
 * numbers, which distinguish names on purpose.
 */
function isTypo(rare: Use, frequent: Use): boolean {
  if (rare.count * rarer > frequent.count || rare.name.length > longestName) return false;
  const withoutDigits = (name: string): string => name.replace(/\d+/g, "");
  if (withoutDigits(rare.name) === withoutDigits(frequent.name)) return false;
  const length = Math.min(rare.name.length, frequent.name.length);
  const limit = length >= 8 ? 2 : length >= 4 ? 1 : 0;
  return misspellings(rare.name.toLowerCase(), frequent.name.toLowerCase(), limit) <= limit;
}

/** Finds labels and types that look misspelled, and labels that seem to mean "no relation". */
export class LabelSpelling {
  readonly #labels = new Vocabulary();
  readonly #types = new Vocabulary();
  readonly #noRelationLabel: string;

  constructor({ noRelationLabel }: Pick<InspectionSettings, "noRelationLabel">) {
    this.#noRelationLabel = noRelationLabel;
  }

  *add(document: RawDocument): Generator<Problem> {
    for (const { type } of document.entities) if (type !== "") this.#types.add(type, document);
    for (const { label } of document.relations) if (label.trim() !== "") this.#labels.add(label.trim(), document);
  }

  *finish(): Generator<Problem> {
    yield* this.#labels.misspelled("label-typo");
    yield* this.#types.misspelled("entity-type-typo");
    for (const { name, first, count } of this.#labels.uses) {
      if (name === this.#noRelationLabel || !looksLikeNone(name)) continue;
      yield problem("label-means-none", first, {
        message: `${quote(name)} (${plural(count, "use")}, here the first) is learnt as a relation like any other`,
        suggestion: `Is it none? Then say --no-relation-label ${quote(name)}.`,
      });
    }
  }
}
