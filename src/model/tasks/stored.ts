import type { Head } from "../heads/head.ts";

/** A task's part of relata.json: its name, and what `open` needs to make `Learned` again. */
export type StoredTask = { readonly name: string } & Readonly<Record<string, unknown>>;

/** Facts of a stored task that decide which graph computes its answers, and how the graph is given texts. */
export interface StoredReading {
  /** The head of the weights, if the architecture in config.json does not name it. */
  readonly head?: Head | undefined;
  /** Whether a text is read once with all its mentions, none of them between markers (document encoding). */
  readonly readsDocuments?: boolean | undefined;
  /** The facts by which programs make answers of the logits of an exported graph, for the file beside it. */
  readonly answers?: Readonly<Record<string, unknown>> | undefined;
  /** Entries of the graph's metadata. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Sentences for those who give texts to an exported graph, which has no relata.json beside it. */
  readonly notes: readonly string[];
}

/** The facts of a model folder when its task opens it. */
export interface OpeningFacts {
  /** The folder, for messages. */
  readonly folder: string;
  readonly id2label: readonly string[];
  readonly isMultiLabel: boolean;
  readonly head: Head;
  /** Null for a folder that transformers wrote. */
  readonly manifest: {
    readonly task: StoredTask;
    readonly labels: { readonly noRelationLabel: string | null };
    readonly entityTypes: readonly string[];
    readonly settings: Readonly<Record<string, unknown>>;
  } | null;
  /** The value of `--no-relation-label`. */
  readonly noRelationLabel: string | undefined;
  /** The value of `--max-pairs`, which replaces the bound that the model was trained with. */
  readonly maxPairs: number | undefined;
}
