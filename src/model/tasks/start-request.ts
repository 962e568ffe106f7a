import type { EncoderTokenizer, MentionMarkers } from "../encoders/encoder.ts";
import type { StoredTask } from "./stored.ts";

/** A model that training may start from, before it belongs to this task. */
export interface OpenedStart {
  readonly name: string;
  readonly tokenizer: EncoderTokenizer;
  /** Null for a folder that transformers wrote. */
  readonly manifest: { readonly task: StoredTask } | null;
}

/** The markers that a task wants for an encoder of words, beside those that every vocabulary has. */
export interface MarkersRequest extends Omit<MentionMarkers, "types"> {
  /** The flag that asks for them, by which an encoder without such markers is refused. */
  readonly flag: string | undefined;
}

/** The requirements of a task for the model that training starts from. */
export interface StartRequest {
  /** Texts to learn a vocabulary from, for a model that has none. */
  readonly texts: readonly string[];
  /** Types of entities that the model is shown, each as an entity of its own. */
  readonly typedEntities: readonly string[];
  /** Whether an encoder that does not see types so is refused; it goes without them otherwise. */
  readonly needsTypedEntities: boolean;
  /** The markers that show mentions to an encoder of words; none if absent. */
  readonly markers?: MarkersRequest | undefined;
  /**
   * Notes on a checkpoint for the user.
   * @throws UsageError if its settings and those of the run contradict each other
   */
  readonly notesOn?: (start: OpenedStart) => readonly string[];
}
