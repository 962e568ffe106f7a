import type { Marked } from "./marked.ts";

/** An annotation that some annotators of a text have, and others have not. */
export interface Difference {
  readonly kind: "entity" | "relation";
  /** The words, and the type or label. */
  readonly words: string;
  readonly by: readonly string[];
  readonly not: readonly string[];
}

const spanOf = (text: string, { start, end }: { readonly start: number; readonly end: number }): string =>
  text.slice(start, end);

/** The annotations of a text as words that are equal for equal annotations. */
function factsOf(text: string, { entities, relations }: Marked): Map<string, Omit<Difference, "by" | "not">> {
  const byId = new Map(entities.map((entity) => [entity.id, entity]));
  const facts = new Map<string, Omit<Difference, "by" | "not">>();
  for (const entity of entities)
    facts.set(`e ${entity.start} ${entity.end} ${entity.type}`, {
      kind: "entity",
      words: `${spanOf(text, entity)} (${entity.type})`,
    });
  for (const { head, tail, label } of relations) {
    const [from, to] = [byId.get(head), byId.get(tail)];
    if (!from || !to) continue;
    facts.set(`r ${from.start} ${from.end} ${to.start} ${to.end} ${label}`, {
      kind: "relation",
      words: `${spanOf(text, from)} ${label} ${spanOf(text, to)}`,
    });
  }
  return facts;
}

/** All that the annotators of one text do not agree on, entities first. */
export function differencesOf(text: string, annotations: ReadonlyMap<string, Marked>): Difference[] {
  const facts = [...annotations].map(([who, marked]) => [who, factsOf(text, marked)] as const);
  const all = new Map(facts.flatMap(([, own]) => [...own]));
  return [...all]
    .map(([key, fact]) => ({
      ...fact,
      by: facts.filter(([, own]) => own.has(key)).map(([who]) => who),
      not: facts.filter(([, own]) => !own.has(key)).map(([who]) => who),
    }))
    .filter(({ not }) => not.length > 0)
    .sort((a, b) => (a.kind === b.kind ? 0 : a.kind === "entity" ? -1 : 1));
}
