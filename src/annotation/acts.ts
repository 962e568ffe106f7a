import type { Marked, MarkedEntity, MarkedRelation, Status } from "./marked.ts";

/**
 * One act of an annotator. Acts name entities and relations by ids, so that those of two browsers can be applied in any
 * order; an act on something that is gone changes nothing.
 */
export type Act =
  | { readonly kind: "add-entity"; readonly entity: MarkedEntity }
  | { readonly kind: "remove-entity"; readonly id: string }
  | { readonly kind: "set-type"; readonly id: string; readonly type: string }
  | { readonly kind: "set-span"; readonly id: string; readonly start: number; readonly end: number }
  | { readonly kind: "add-relation"; readonly relation: MarkedRelation }
  | { readonly kind: "remove-relation"; readonly id: string }
  | { readonly kind: "set-label"; readonly id: string; readonly label: string }
  | { readonly kind: "set-status"; readonly status: Status }
  /** Several acts that are undone as one. */
  | { readonly kind: "all"; readonly acts: readonly Act[] };

const without = <T extends { readonly id: string }>(list: readonly T[], id: string): T[] =>
  list.filter((one) => one.id !== id);
const changed = <T extends { readonly id: string }>(list: readonly T[], id: string, change: Partial<T>): T[] =>
  list.map((one) => (one.id === id ? { ...one, ...change } : one));

/** The annotations after an act. */
export function applied(marked: Marked, act: Act): Marked {
  const { entities, relations } = marked;
  switch (act.kind) {
    case "add-entity":
      return { ...marked, entities: [...without(entities, act.entity.id), act.entity] };
    case "remove-entity":
      return {
        ...marked,
        entities: without(entities, act.id),
        relations: relations.filter(({ head, tail }) => head !== act.id && tail !== act.id),
      };
    case "set-type":
      return { ...marked, entities: changed(entities, act.id, { type: act.type }) };
    case "set-span":
      return { ...marked, entities: changed(entities, act.id, { start: act.start, end: act.end }) };
    case "add-relation": {
      const { id, head, tail } = act.relation;
      const hasEnds = [head, tail].every((end) => entities.some((entity) => entity.id === end));
      return hasEnds ? { ...marked, relations: [...without(relations, id), act.relation] } : marked;
    }
    case "remove-relation":
      return { ...marked, relations: without(relations, act.id) };
    case "set-label":
      return { ...marked, relations: relations.map((one) => (one.id === act.id ? relabelled(one, act.label) : one)) };
    case "set-status":
      return { ...marked, status: act.status };
    default:
      return act.acts.reduce(applied, marked);
  }
}

/** The probability was that of the former label. */
const relabelled = ({ id, head, tail }: MarkedRelation, label: string): MarkedRelation => ({ id, head, tail, label });

/** The act that takes `act` back, if it is applied to the annotations after it. */
export function inverse(marked: Marked, act: Act): Act {
  const nothing: Act = { kind: "all", acts: [] };
  const entity = (id: string): MarkedEntity | undefined => marked.entities.find((one) => one.id === id);
  const relation = (id: string): MarkedRelation | undefined => marked.relations.find((one) => one.id === id);
  switch (act.kind) {
    case "add-entity": {
      const former = entity(act.entity.id);
      return former ? { kind: "add-entity", entity: former } : { kind: "remove-entity", id: act.entity.id };
    }
    case "remove-entity": {
      const former = entity(act.id);
      if (!former) return nothing;
      const lost = marked.relations.filter(({ head, tail }) => head === act.id || tail === act.id);
      const back = lost.map((one): Act => ({ kind: "add-relation", relation: one }));
      return { kind: "all", acts: [{ kind: "add-entity", entity: former }, ...back] };
    }
    case "set-type": {
      const former = entity(act.id);
      return former ? { kind: "set-type", id: act.id, type: former.type } : nothing;
    }
    case "set-span": {
      const former = entity(act.id);
      return former ? { kind: "set-span", id: act.id, start: former.start, end: former.end } : nothing;
    }
    case "add-relation": {
      const former = relation(act.relation.id);
      return former ? { kind: "add-relation", relation: former } : { kind: "remove-relation", id: act.relation.id };
    }
    case "remove-relation":
    case "set-label": {
      const former = relation(act.id);
      return former ? { kind: "add-relation", relation: former } : nothing;
    }
    case "set-status":
      return { kind: "set-status", status: marked.status };
    default: {
      const back: Act[] = [];
      let state = marked;
      for (const one of act.acts) {
        back.unshift(inverse(state, one));
        state = applied(state, one);
      }
      return { kind: "all", acts: back };
    }
  }
}
