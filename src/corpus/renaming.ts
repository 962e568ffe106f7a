import { UsageError } from "../errors.ts";
import { listed, plural, quote } from "../quote.ts";
import { closest } from "./closest.ts";
import type { Document, Relation } from "./document.ts";

/** The number of relations or entities that a rule changed. */
export interface RuleCount {
  /** The rule as it was written, with its flag: `--label A=B`. */
  readonly rule: string;
  readonly count: number;
}

/** The rules of `relata data rename`, each several joined by commas. */
export interface RenamingRules {
  readonly label?: string | undefined;
  readonly type?: string | undefined;
  readonly reverse?: string | undefined;
  readonly dropLabel?: string | undefined;
  readonly dropType?: string | undefined;
}

interface Rule {
  readonly written: string;
  readonly from: string;
  /** Of a label's rule: the types that the head and the tail must have; `*` is any. */
  readonly types?: readonly [head: string, tail: string];
  readonly to?: string;
  count: number;
}

/**
 * Renames and drops labels and entity types. Each relation and entity is changed by the first rule that fits it; rules
 * of labels see the types as they were read.
 */
export class Renaming {
  readonly #labels: readonly Rule[];
  readonly #types: readonly Rule[];
  readonly #reversed: readonly Rule[];
  readonly #droppedLabels: readonly Rule[];
  readonly #droppedTypes: readonly Rule[];
  readonly #metLabels = new Set<string>();
  readonly #metTypes = new Set<string>();
  /** Relations left out since an entity of theirs was, and those that became equal to another. */
  readonly consequences = { withoutEntity: 0, repeated: 0 };

  /** @throws UsageError for a rule that cannot be read, and without any rule */
  constructor({ label, type, reverse, dropLabel, dropType }: RenamingRules) {
    this.#labels = rulesOf("--label", label, true);
    this.#types = rulesOf("--type", type, true);
    this.#reversed = rulesOf("--reverse", reverse, false);
    this.#droppedLabels = rulesOf("--drop-label", dropLabel, false);
    this.#droppedTypes = rulesOf("--drop-type", dropType, false);
    if (this.#all.length === 0) {
      throw new UsageError(
        "Nothing is to be renamed: give --label A=B, --type X=Y, --reverse A, --drop-label A or --drop-type X.",
      );
    }
  }

  apply(document: Document): Document {
    const { entities } = document;
    for (const { type } of entities) this.#metTypes.add(type);
    for (const { label } of document.relations) this.#metLabels.add(label);
    const isKept = entities.map(({ type }) => !fits(this.#droppedTypes, type));
    const place = new Map<number, number>();
    for (const [i, kept] of isKept.entries()) if (kept) place.set(i, place.size);
    const relations = new Map<string, Relation>();
    for (const relation of document.relations) {
      const changed = this.#relation(relation, document);
      if (!changed) continue;
      const [head, tail] = [place.get(changed.head), place.get(changed.tail)];
      if (head === undefined || tail === undefined) {
        this.consequences.withoutEntity++;
        continue;
      }
      const key = `${head} ${tail} ${changed.label}`;
      if (relations.has(key)) this.consequences.repeated++;
      else relations.set(key, { ...changed, head, tail });
    }
    const kept = entities.filter((_, i) => isKept[i]);
    return {
      ...document,
      entities: kept.map((entity) => ({ ...entity, type: fits(this.#types, entity.type)?.to ?? entity.type })),
      relations: [...relations.values()],
    };
  }

  /**
   * Counts the changes of each rule, in the order of the flags.
   * @throws UsageError for rules that changed nothing: most are misspelt
   */
  counts(): RuleCount[] {
    const unused = this.#all.filter(({ count }) => count === 0);
    if (unused.length > 0) {
      const lines = unused.map(({ written, from }) => {
        const met = /^--(?:type|drop-type)/.test(written) ? this.#metTypes : this.#metLabels;
        const near = met.has(from) ? undefined : closest(from, [...met]);
        const why = met.has(from) ? "occurs, but not between these types" : "does not occur";
        const known = listed(
          [...met].toSorted().map((name) => quote(name, 30)),
          20,
        );
        return `  ${written}: ${quote(from, 40)} ${why}. ${near ? `Did you mean ${quote(near, 40)}?` : `The data has ${known || "none"}.`}`;
      });
      throw new UsageError(
        `${plural(unused.length, "rule")} would change nothing, so nothing was written:\n${lines.join("\n")}`,
      );
    }
    return this.#all.map(({ written, count }) => ({ rule: written, count }));
  }

  get #all(): readonly Rule[] {
    return [...this.#labels, ...this.#types, ...this.#reversed, ...this.#droppedLabels, ...this.#droppedTypes];
  }

  #relation(relation: Relation, { entities }: Document): Relation | undefined {
    const { head, tail, label } = relation;
    const types = [entities[head]!.type, entities[tail]!.type] as const;
    if (fits(this.#droppedLabels, label, types)) return undefined;
    const renamed = fits(this.#labels, label, types)?.to ?? label;
    const isReversed = fits(this.#reversed, label, types) !== undefined;
    return { ...relation, label: renamed, ...(isReversed ? { head: tail, tail: head } : {}) };
  }
}

/** The first rule that fits, which counts it. */
function fits(rules: readonly Rule[], name: string, types?: readonly [string, string]): Rule | undefined {
  const isWanted = (wanted: string, type: string): boolean => wanted === "*" || wanted === type;
  const found = rules.find(
    (rule) =>
      rule.from === name &&
      (!rule.types || (types !== undefined && rule.types.every((wanted, i) => isWanted(wanted, types[i]!)))),
  );
  if (found) found.count++;
  return found;
}

const pattern = /^([^=(),]+)(?:\(([^=(),]+),([^=(),]+)\))?(?:=([^=(),]+))?$/;

function rulesOf(flag: string, text: string | undefined, isRenaming: boolean): Rule[] {
  // A comma parts rules, but not within the types of one.
  const parts = text === undefined ? [] : text.split(/,(?![^(]*\))/);
  return parts.map((part) => {
    const [, from, head, tail, to] = pattern.exec(part) ?? [];
    const takesTypes = flag !== "--type" && flag !== "--drop-type";
    if (from === undefined || (to === undefined) === isRenaming || (head !== undefined && !takesTypes)) {
      const form = `${takesTypes ? "LABEL or LABEL(HEAD_TYPE,TAIL_TYPE)" : "TYPE"}${isRenaming ? ", then =NEW" : ""}`;
      throw new UsageError(`${flag}: cannot read the rule ${quote(part, 60)}: expected ${form}; * is any type.`);
    }
    return {
      written: `${flag} ${part}`,
      from,
      ...(head !== undefined && tail !== undefined ? { types: [head, tail] as const } : {}),
      ...(to === undefined ? {} : { to }),
      count: 0,
    };
  });
}
