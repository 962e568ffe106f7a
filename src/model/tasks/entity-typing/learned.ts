import type { Learned } from "../task.ts";

/** The facts of a model of entity typing beside its weights; its labels are the types. */
export interface TypingLearned extends Learned {
  readonly noRelationId: null;
  /** `entity`: each span is read on its own, between markers; `span`: all spans of a text at once. */
  readonly reads: "entity" | "span";
  /** The most frequent type, and on how many spans it was counted; null for a model that was not trained by Relata. */
  readonly majority: { readonly label: number; readonly examples: number } | null;
}
