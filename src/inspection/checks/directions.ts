import type { Relation } from "../../corpus/document.ts";
import type { RawDocument } from "../../formats/format.ts";
import { FirstOf } from "../first-of.ts";
import type { ProblemCode } from "../problem-kinds.ts";
import { asKind, type Problem } from "../problem.ts";
import type { InspectionSettings } from "../settings.ts";
import { quotedRelation, shownLabel } from "../wording.ts";
import { aboutRelation } from "./relations.ts";

/** A pattern counts as a rule from this many relations on, if this share of them follows it. */
const enough = 10;
const nearlyAlways = 0.8;
/** A label has one direction if at most this share of its pairs is annotated in both directions. */
const nearlyNever = 0.02;

/** The labels annotated on the reverse pairs of one label between two types. */
interface Directions {
  readonly label: string;
  readonly types: readonly [string, string];
  count: number;
  /** By the sorted list of reverse labels, as JSON: the relations whose reverse pair has exactly these labels. */
  readonly back: Map<string, FirstOf<Problem>>;
}

/**
 * Finds relations without the reverse relation that similar ones have, and relations in both directions where similar
 * ones have one.
 */
export class RelationDirections {
  readonly #directions = new Map<string, Directions>();
  readonly #noRelationLabel: string;
  readonly #symmetricLabels: ReadonlySet<string>;

  /** @param symmetricLabels labels that the format declares symmetric, so that one annotated direction is enough */
  constructor({ noRelationLabel }: Pick<InspectionSettings, "noRelationLabel">, symmetricLabels: ReadonlySet<string>) {
    this.#noRelationLabel = noRelationLabel;
    this.#symmetricLabels = symmetricLabels;
  }

  *add(document: RawDocument): Generator<Problem> {
    const labels = new Map<string, Set<string>>();
    for (const { head, tail, label } of document.relations) {
      const key = `${head} ${tail}`;
      const there = labels.get(key);
      if (there) there.add(label.trim());
      else labels.set(key, new Set([label.trim()]));
    }
    for (const [key, there] of labels) {
      const [head, tail] = key.split(" ").map(Number) as [number, number];
      if (head === tail) continue;
      const back = [...(labels.get(`${tail} ${head}`) ?? [])].sort();
      for (const label of there)
        if (label !== this.#noRelationLabel) this.#count(document, { head, tail, label }, back);
    }
  }

  #count(document: RawDocument, relation: Relation, back: readonly string[]): void {
    const { label } = relation;
    const types = [document.entities[relation.head]!.type, document.entities[relation.tail]!.type] as const;
    const key = JSON.stringify([label, ...types]);
    let directions = this.#directions.get(key);
    if (!directions) this.#directions.set(key, (directions = { label, types, count: 0, back: new Map() }));
    directions.count++;
    const backKey = JSON.stringify(back);
    let examples = directions.back.get(backKey);
    if (!examples) directions.back.set(backKey, (examples = new FirstOf()));
    examples.add(() => {
      const message = quotedRelation(document, relation);
      return aboutRelation("relation-missing-inverse", document, relation, { message });
    });
  }

  *finish(): Generator<Problem> {
    for (const directions of this.#directions.values()) {
      const { label, count, back } = directions;
      if (count < enough || this.#symmetricLabels.has(label)) continue;
      const sets = [...back].map(([key, examples]) => ({ labels: JSON.parse(key) as string[], examples }));
      const counts = new Map<string, number>();
      for (const { labels, examples } of sets) {
        for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + examples.count);
      }
      for (const [inverse, accompanied] of counts) {
        if (accompanied === count || accompanied < nearlyAlways * count) continue;
        const found = `has no ${shownLabel(inverse)} back, as ${accompanied} of ${count} ${described(directions)} have`;
        const without = sets.filter(({ labels }) => !labels.includes(inverse));
        for (const { examples } of without) yield* problemsOf("relation-missing-inverse", examples, found);
      }
      const both = counts.get(label) ?? 0;
      if (both > nearlyNever * count) continue;
      const found = `has ${shownLabel(label)} back, as only ${both} of ${count} ${described(directions)} have`;
      for (const { labels, examples } of sets) {
        if (labels.includes(label)) yield* problemsOf("relation-both-directions", examples, found);
      }
    }
  }
}

function described({ label, types }: Directions): string {
  const [head, tail] = types.map(shownLabel);
  return `${shownLabel(label)}${head === "" && tail === "" ? "" : ` from ${head} to ${tail}`}`;
}

const problemsOf = (code: ProblemCode, examples: FirstOf<Problem>, found: string): Problem[] =>
  examples.problems((one) => asKind(code, { ...one, message: `${one.message} ${found}` }));
