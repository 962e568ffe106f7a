import type { Dim } from "../autodiff/index.ts";
import { withSizes } from "../autodiff/dims.ts";
import { meaningOf } from "../nn/given-inputs.ts";
import type { InputTokenizer } from "../tokenization/inputs/input-tokenizer.ts";
import type { OpenedFiles } from "./checkpoint-source.ts";
import type { InferenceGraph } from "./inference-graph.ts";
import { storedReadingOf, taskOf } from "./tasks/tasks.ts";

interface GraphValue {
  readonly name: string;
  readonly dtype: string;
  /** A number, or the word of a size that may differ from run to run. */
  readonly shape: readonly Dim[];
  readonly meaning?: string;
}

/**
 * Describes an exported graph for programs that run it: its inputs and outputs, the labels of the logits, and the ids and lengths
 * that texts are encoded with. It is the content of `model.onnx.json`.
 */
export function formatGraphFacts(
  { encoder, config, head, tokenizer, manifest, id2label, isMultiLabel }: OpenedFiles,
  { inputs, outputs }: InferenceGraph,
  sizes: ReadonlyMap<string, number>,
): string {
  const { answers, readsDocuments = false } = storedReadingOf(manifest);
  const sized = (shape: readonly Dim[]): readonly Dim[] => shape.map((dim) => withSizes(dim, sizes));
  const readsMentions = head.reads !== "words";
  const facts = {
    version: 1,
    task: taskOf(manifest, head.name)?.name,
    inputs: [...inputs].map(([name, { dtype, shape }]): GraphValue => ({
      name,
      dtype,
      shape: sized(shape),
      meaning: meaningOf(name),
    })),
    outputs: [...outputs].map(([name, { dtype, shape }]): GraphValue => ({ name, dtype, shape: sized(shape) })),
    labels: id2label,
    noRelationLabel: manifest?.labels.noRelationLabel ?? null,
    isMultiLabel,
    answers: answers ?? {},
    tokens: tokenIds(tokenizer, readsMentions && !readsDocuments && head.name !== "span" ? head.statesPerRow : 0),
    ...(inputs.has("entity_ids") ? { entities: entityIds(tokenizer, readsDocuments) } : {}),
    maxLength: manifest?.maxLength ?? Math.min(encoder.maxWords(config), tokenizer.maxLength),
    ...(inputs.has("entity_position_ids") ? { maxMentionLength: tokenizer.maxMentionLength } : {}),
  };
  return `${JSON.stringify(facts, null, 2)}\n`;
}

/** Ids of special tokens; with those around each of `marked` mentions, before and after it. */
function tokenIds({ words, markerTokens }: InputTokenizer, marked: number): Readonly<Record<string, unknown>> {
  const { cls, sep, pad, ent, ent2 } = words.specialTokenIds;
  const { head, tail } = markerTokens ?? { head: [ent, ent], tail: [ent2, ent2] };
  return { cls, sep, pad, ...(marked === 0 ? {} : { markers: [head, tail].slice(0, marked) }) };
}

/** Ids of the entities that stand for mentions: by the type, or of head and tail; "" is any other type. */
function entityIds(
  { entities, padding, entityTypes = [] }: InputTokenizer & { readonly entityTypes?: readonly string[] },
  isByType: boolean,
): Readonly<Record<string, unknown>> {
  const ofType = Object.fromEntries(["", ...entityTypes].map((type) => [type, entities.ofType(type)]));
  return { pad: padding.entityPadId, ...(isByType ? { ofType } : { mentions: [entities.mask, entities.mask2] }) };
}
