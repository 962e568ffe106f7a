import type { Document } from "./document.ts";
import { label2id, noRelationId, type LabelSchema } from "./labels.ts";
import type { NoticeLog } from "./notices.ts";
import { quote } from "../quote.ts";

/** The types that one relation may join, and its symmetry. */
export interface RelationRule {
  /** Number of annotated relations from which the rule was learnt. */
  readonly count: number;
  /**
   * Triples of head type, tail type and count. If null, the relation may join any types; an empty list allows none,
   * since the relation was never seen.
   */
  readonly types: readonly (readonly [head: string, tail: string, count: number])[] | null;
  /** Whether the relation always holds in both directions; annotating one direction is then enough. */
  readonly symmetric: boolean;
  /** The relation that holds in the opposite direction wherever this one holds. */
  readonly inverse: string | null;
}

/** The relations of a task and the types they join; candidates, training and decoding all follow it. */
export interface RelationSchema extends LabelSchema {
  /** Whether a pair may have several relations. */
  readonly multiLabel: boolean;
  /** Rules by label, without the no-relation label; a label without a rule may join any types. */
  readonly rules: ReadonlyMap<string, RelationRule>;
}

/** A schema that forbids nothing: any types, and one label per pair unless `multiLabel`. */
export const openSchema = (labels: LabelSchema, multiLabel = false): RelationSchema => ({
  ...labels,
  multiLabel,
  rules: new Map(),
});

/** A pattern becomes a rule if at least this many relations, and at least this share of them, follow it. */
const [enough, nearlyAlways] = [5, 0.8];

/**
 * Learns the rules that the documents follow, with counts: the types that each relation joins, its symmetry and its
 * inverse. A relation is symmetric if a format declares it so (`symmetricLabels`), or if the reverse of at least 5 and
 * at least 80 % of its relations is annotated too; the same thresholds decide the inverse.
 */
export function learnSchema(
  documents: readonly Document[],
  labels: LabelSchema,
  { multiLabel = false, symmetricLabels = [] }: { multiLabel?: boolean; symmetricLabels?: readonly string[] } = {},
): RelationSchema {
  const types = new Map<string, Map<string, number>>();
  const mirrors = new Map<string, Map<string, number>>();
  const counts = new Map<string, number>();
  const none = labels.noRelationLabel;
  for (const { entities, relations } of documents) {
    const related = new Map<string, string[]>();
    for (const { head, tail, label } of relations) {
      if (head !== tail) push(related, `${head} ${tail}`, label.trim());
    }
    for (const { head, tail, label: written } of relations) {
      const label = written.trim();
      if (head === tail || label === none) continue;
      counts.set(label, (counts.get(label) ?? 0) + 1);
      add(types, label, JSON.stringify([entities[head]!.type, entities[tail]!.type]));
      for (const mirror of new Set(related.get(`${tail} ${head}`))) add(mirrors, label, mirror);
    }
  }
  const mirroredBy = (label: string, mirror: string): boolean => {
    const count = mirrors.get(label)?.get(mirror) ?? 0;
    return count >= enough && count >= nearlyAlways * counts.get(label)!;
  };
  const known = labels.id2label.filter((label) => label !== none);
  const order = new Map(known.map((label, i) => [label, i]));
  const isSymmetric = (label: string): boolean => symmetricLabels.includes(label) || mirroredBy(label, label);
  const inverses = new Map<string, string | undefined>();
  /** Only a label annotated on the reverse of its pairs can be the inverse. */
  const inverseOf = (label: string): string | undefined => {
    if (!inverses.has(label)) {
      const candidates = [...(mirrors.get(label)?.keys() ?? [])].filter(
        (other) => order.has(other) && !isSymmetric(other) && mirroredBy(label, other) && mirroredBy(other, label),
      );
      inverses.set(label, candidates.sort((a, b) => order.get(a)! - order.get(b)!)[0]);
    }
    return inverses.get(label);
  };
  const rules = known.map((label): [string, RelationRule] => {
    const symmetric = isSymmetric(label);
    const inverse = symmetric ? undefined : inverseOf(label);
    const pairs = [...(types.get(label) ?? [])].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    return [
      label,
      {
        count: counts.get(label) ?? 0,
        types: pairs.map(([pair, count]) => [...(JSON.parse(pair) as [string, string]), count]),
        symmetric,
        // Pairs may have several labels, but only one of them can be the inverse.
        inverse: inverse !== undefined && inverseOf(inverse) === label ? inverse : null,
      },
    ];
  });
  return { ...labels, multiLabel, rules: new Map(rules) };
}

function push(lists: Map<string, string[]>, key: string, item: string): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

function add(tables: Map<string, Map<string, number>>, key: string, item: string): void {
  let table = tables.get(key);
  if (!table) tables.set(key, (table = new Map()));
  table.set(item, (table.get(item) ?? 0) + 1);
}

/** The rules compiled to tables by type pair and label id; made once per schema. */
interface Compiled {
  readonly knownTypes: ReadonlySet<string>;
  /** By `[head type, tail type]` as JSON: for each label id whether it is allowed. */
  readonly allowed: ReadonlyMap<string, readonly boolean[]>;
  /** Cache: whether a value of `allowed` allows any relation. */
  readonly related: WeakMap<readonly boolean[], boolean>;
  /** By label id, whether the label may join any types because no rule restricts it. */
  readonly free: readonly boolean[];
  /** By label id, the label that holds in the opposite direction: the label itself if symmetric; undefined for most. */
  readonly mirrors: readonly (number | undefined)[];
}

/** The schema with all types allowed; symmetric and inverse relations stay so. */
export const withoutTypes = (schema: RelationSchema): RelationSchema => ({
  ...schema,
  rules: new Map([...schema.rules].map(([label, rule]) => [label, { ...rule, types: null }])),
});

const compiledSchemas = new WeakMap<RelationSchema, Compiled>();

function compile(schema: RelationSchema): Compiled {
  const known = compiledSchemas.get(schema);
  if (known) return known;
  const knownTypes = new Set<string>();
  const allowed = new Map<string, boolean[]>();
  const mirrors = mirrorsOf(schema);
  const mayJoinAnything = (label: string): boolean => (schema.rules.get(label)?.types ?? null) === null;
  // A label that is allowed on a pair is allowed, as its mirror, on the reverse pair.
  const free = schema.id2label.map((label, id) => {
    const mirror = mirrors[id];
    const isEither = mayJoinAnything(label) || (mirror !== undefined && mayJoinAnything(schema.id2label[mirror]!));
    return label === schema.noRelationLabel || isEither;
  });
  const allow = (head: string, tail: string, id: number): void => {
    const key = JSON.stringify([head, tail]);
    if (!allowed.has(key)) allowed.set(key, [...free]);
    allowed.get(key)![id] = true;
  };
  for (const [label, { types }] of schema.rules) {
    const id = label2id(schema, label);
    if (id === undefined) continue;
    const mirror = mirrors[id];
    for (const [head, tail] of types ?? []) {
      knownTypes.add(head).add(tail);
      allow(head, tail, id);
      if (mirror !== undefined) allow(tail, head, mirror);
    }
  }
  const compiled = { knownTypes, allowed, related: new WeakMap(), free, mirrors };
  compiledSchemas.set(schema, compiled);
  return compiled;
}

/** Makes inverses symmetric: declaring one side is enough; contradictory declarations are dropped. */
function mirrorsOf(schema: RelationSchema): (number | undefined)[] {
  const none = label2id(schema, schema.noRelationLabel);
  const declared = schema.id2label.map((label, id) => {
    const rule = schema.rules.get(label);
    const mirror = rule?.symmetric ? id : rule?.inverse ? label2id(schema, rule.inverse) : undefined;
    return id === none || mirror === none ? undefined : mirror;
  });
  const mirrors = [...declared];
  for (const [id, mirror] of declared.entries()) if (mirror !== undefined) mirrors[mirror] ??= id;
  return mirrors.map((mirror, id) => (mirror !== undefined && mirrors[mirror] === id ? mirror : undefined));
}

/**
 * By label id, whether the schema allows the label between these types. Undefined if all labels are allowed: for a
 * mention without a type or with a type that no rule mentions, since nothing was learnt about it. The no-relation label
 * is always allowed.
 */
export function allowedLabels(schema: RelationSchema, head: string, tail: string): readonly boolean[] | undefined {
  const { knownTypes, allowed, free } = compile(schema);
  const isKnown = (type: string): boolean => type !== "" && knownTypes.has(type);
  if (schema.rules.size === 0 || !isKnown(head) || !isKnown(tail)) return undefined;
  return allowed.get(JSON.stringify([head, tail])) ?? free;
}

/** The types that rules mention: between others everything is allowed. */
export const typesOfRules = (schema: RelationSchema): string[] =>
  [...compile(schema).knownTypes].filter((type) => type !== "");

/** Whether the schema allows any relation between these types. */
export function mayBeRelated(schema: RelationSchema, head: string, tail: string): boolean {
  const labels = allowedLabels(schema, head, tail);
  if (labels === undefined) return true;
  const { related } = compile(schema);
  let isRelated = related.get(labels);
  if (isRelated === undefined) {
    const none = noRelationId(schema);
    isRelated = labels.some((isAllowed, id) => isAllowed && id !== none);
    related.set(labels, isRelated);
  }
  return isRelated;
}

/**
 * By label id, the label that holds in the opposite direction wherever this one holds: the label itself for a symmetric
 * relation.
 */
export const mirrorLabels = (schema: RelationSchema): readonly (number | undefined)[] => compile(schema).mirrors;

/** Counts the annotated relations that the schema does not allow (`against-schema`); they are kept. */
export function reportViolations(documents: readonly Document[], schema: RelationSchema, notices: NoticeLog): void {
  for (const { entities, relations, source } of documents) {
    notices.addToTotal("against-schema", relations.length);
    for (const { head, tail, label } of relations) {
      const id = label2id(schema, label);
      const [headType, tailType] = [entities[head]!.type, entities[tail]!.type];
      if (head === tail || id === undefined || (allowedLabels(schema, headType, tailType)?.[id] ?? true)) continue;
      const detail = `${quote(label)} from ${quote(headType)} to ${quote(tailType)}`;
      notices.add("against-schema", "relations between types that the schema does not allow for them", {
        ...(source ?? { file: "the documents" }),
        detail,
      });
    }
  }
}
