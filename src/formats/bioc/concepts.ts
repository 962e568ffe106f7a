import type { Entity } from "../../corpus/document.ts";
import { isObject } from "../source/probe.ts";
import type { Annotation } from "./schema.ts";

/** An annotation, with its position among the document's entities, or undefined if it was left out. */
export interface ReadAnnotation {
  readonly annotation: Annotation;
  readonly position: number | undefined;
}

type Pair = readonly [head: string, tail: string];

const named = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value).trim() || undefined : undefined;

/** The identifier of an argument of a PubTator 3 relation, which is an object. */
const identifierOf = (role: unknown): string | undefined => (isObject(role) ? named(role["identifier"]) : undefined);

/** Keys under which BC5CDR has the identifiers of a relation's arguments. */
const isArgument = ([key, value]: readonly [string, unknown]): boolean =>
  /^(?:chemical|disease|gene|variant|mutation|drug|protein|species)$/i.test(key) && named(value) !== undefined;

/** Mentions by concept (database identifier), for corpora whose relations join concepts. */
export class Concepts {
  readonly #mentions = new Map<string, number[]>();
  readonly #entities: readonly Entity[];

  constructor(annotations: readonly ReadAnnotation[], entities: readonly Entity[]) {
    this.#entities = entities;
    for (const { annotation, position } of annotations) {
      if (position === undefined) continue;
      const { type, ...identifiers } = annotation.infons ?? {};
      void type;
      for (const value of Object.values(identifiers)) {
        for (const identifier of new Set([named(value) ?? "", ...(named(value) ?? "").split(/[,;|]/)])) {
          const key = identifier.trim();
          if (key === "") continue;
          const known = this.#mentions.get(key);
          if (!known) this.#mentions.set(key, [position]);
          else if (known.at(-1) !== position) known.push(position);
        }
      }
    }
  }

  /** The concepts that the infons of a relation name: `entity1`, `entity2` (BioRED), `role1`, `role2` (PubTator 3), `Chemical`, `Disease` (BC5CDR). */
  pairOf(infons: Readonly<Record<string, unknown>>): Pair | undefined {
    const pairs = [
      [named(infons["entity1"]), named(infons["entity2"])],
      [identifierOf(infons["role1"]), identifierOf(infons["role2"])],
      Object.entries(infons)
        .filter(isArgument)
        .map(([, value]) => named(value)),
    ];
    const pair = pairs.find((names) => names.length === 2 && names.every((name) => name !== undefined));
    return pair && [pair[0]!, pair[1]!];
  }

  /** Positions of the nearest mentions of two concepts; undefined if one of them has no mention. */
  nearest([head, tail]: Pair): [head: number, tail: number] | undefined {
    const heads = this.#ofConcept(head);
    const tails = this.#ofConcept(tail);
    let best: [number, number] | undefined;
    let least = Infinity;
    // In text order the nearest tail of a head is its neighbour, so one pass over both lists suffices.
    const inText = [
      ...heads.map((position) => ({ position, isHead: true })),
      ...tails.map((position) => ({ position, isHead: false })),
    ];
    inText.sort(
      (a, b) => this.#entities[a.position]!.start - this.#entities[b.position]!.start || a.position - b.position,
    );
    let lastHead: number | undefined;
    let lastTail: number | undefined;
    for (const { position, isHead } of inText) {
      const other = isHead ? lastTail : lastHead;
      if (isHead) lastHead = position;
      else lastTail = position;
      if (other === undefined || other === position) continue;
      const gap = Math.max(0, this.#entities[position]!.start - this.#entities[other]!.end);
      if (gap < least) [least, best] = [gap, isHead ? [position, other] : [other, position]];
    }
    return best;
  }

  #ofConcept(identifier: string): readonly number[] {
    const whole = this.#mentions.get(identifier);
    if (whole) return whole;
    const first = identifier.split(/[,;|]/)[0]!.trim();
    return this.#mentions.get(first) ?? [];
  }
}
