import type { RawDocument } from "../../formats/format.ts";
import { FirstOf } from "../first-of.ts";
import type { Problem } from "../problem.ts";
import type { InspectionSettings } from "../settings.ts";
import { quotedRelation, shownLabel } from "../wording.ts";
import { aboutRelation } from "./relations.ts";

/** Labels with fewer relations are not checked. */
const enough = 20;
/** A type pair of a label is unusual if it occurs at most this often, ... */
const seldom = 2;
/** ... if all unusual pairs together are at most this share of the label's relations, */
const fewRelations = 0.02;
/** and if there are at most this many unusual pairs for each usual one. */
const fewKinds = 0.25;

/** The relations of one label between two types. */
interface TypePair {
  readonly label: string;
  readonly types: readonly [head: string, tail: string];
  readonly examples: FirstOf<Problem>;
}

/** Finds relations between types that their label does not usually join, if the counts leave no doubt. */
export class RelationSignatures {
  readonly #pairs = new Map<string, Map<string, TypePair>>();
  readonly #noRelationLabel: string;

  constructor({ noRelationLabel }: Pick<InspectionSettings, "noRelationLabel">) {
    this.#noRelationLabel = noRelationLabel;
  }

  *add(document: RawDocument): Generator<Problem> {
    for (const relation of document.relations) {
      const { head, tail } = relation;
      if (head === tail) continue;
      const label = relation.label.trim();
      const types = [document.entities[head]!.type, document.entities[tail]!.type] as const;
      if (label === "" || label === this.#noRelationLabel || types.includes("")) continue;
      let pairs = this.#pairs.get(label);
      if (!pairs) this.#pairs.set(label, (pairs = new Map()));
      let pair = pairs.get(JSON.stringify(types));
      if (!pair) pairs.set(JSON.stringify(types), (pair = { label, types, examples: new FirstOf() }));
      pair.examples.add(() => {
        const message = quotedRelation(document, { head, tail, label });
        return aboutRelation("relation-unlikely-types", document, relation, { message });
      });
    }
  }

  *finish(): Generator<Problem> {
    for (const pairs of this.#pairs.values()) {
      const sorted = [...pairs.values()].sort((a, b) => b.examples.count - a.examples.count);
      const total = sum(sorted);
      if (total < enough) continue;
      const rare = sorted.filter(({ examples }) => examples.count <= seldom);
      // If there are many rare type pairs, the label joins many types, and a rare pair is no mistake.
      const isClear =
        sum(rare) <= Math.max(1, fewRelations * total) &&
        rare.length <= Math.max(1, fewKinds * (sorted.length - rare.length));
      for (const pair of rare) {
        const [head, tail] = pair.types;
        const reverse = head === tail ? undefined : pairs.get(JSON.stringify([tail, head]));
        const isExchanged = (reverse?.examples.count ?? 0) >= enough;
        if (isClear || isExchanged) yield* unlikely(pair, isExchanged ? reverse! : sorted[0]!, total, isExchanged);
      }
    }
  }
}

const sum = (pairs: readonly TypePair[]): number => pairs.reduce((sum, { examples }) => sum + examples.count, 0);

function unlikely(
  { label, types, examples }: TypePair,
  usual: TypePair,
  total: number,
  isExchanged: boolean,
): Problem[] {
  const [few, many] = [types, usual.types].map(([head, tail]) => `from ${shownLabel(head)} to ${shownLabel(tail)}`);
  const found = `${examples.count} of ${total} relations ${shownLabel(label)} go ${few}, but ${usual.examples.count} ${many}`;
  return examples.problems((one) => ({
    ...one,
    message: `${one.message}: ${found}`,
    suggestion: isExchanged ? "Are head and tail exchanged?" : undefined,
  }));
}
