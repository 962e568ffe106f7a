import { batch, computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { applied, inverse, type Act } from "../../annotation/acts.ts";
import { nothingMarked, type Marked, type MarkedEntity, type MarkedRelation } from "../../annotation/marked.ts";
import { newId } from "../parts/new-id.ts";
import { wordAt, wordsOf, type Word } from "./wording.ts";

/** The next key acts on it. A pair is a relation whose label is being chosen. */
export type Focus =
  | { readonly kind: "none" }
  | {
      readonly kind: "span";
      readonly start: number;
      readonly end: number;
      readonly anchor: number;
      readonly to: number;
    }
  | { readonly kind: "entity"; readonly id: string }
  | { readonly kind: "relation"; readonly id: string }
  | { readonly kind: "pair"; readonly head: string; readonly tail: string };

export interface EditorOptions {
  /** The names that entities and relations can have, in the order of their keys. */
  readonly types: () => readonly string[];
  readonly labels: () => readonly string[];
  /** The labels that are known to occur between entities of these types. */
  readonly fitting?: (headType: string, tailType: string) => readonly string[];
  /** Whether relations are drawn by hand; else they are the model's alone. */
  readonly relates: boolean;
  /** Called after every act, undone and redone ones as well. */
  readonly onAct?: (act: Act) => void;
}

const nothing: Focus = { kind: "none" };

/** The annotations of one text under the hands of a user: acts with undo and redo, and what is selected. */
export class Editor {
  readonly text = signal("");
  readonly marked = signal<Marked>(nothingMarked);
  readonly focus = signal<Focus>(nothing);
  /** A relation is being drawn by keys: its head is chosen, or is still to be. */
  readonly linking = signal<{ readonly head: string | undefined; readonly typed: string } | undefined>(undefined);
  /** A pointer is down: nothing but the picture follows the selection until it is up. */
  readonly isPointing = signal(false);
  /** The last key, if it meant nothing where a letter or a number was due; else "". */
  readonly wrongKey = signal("");
  readonly words: ReadonlySignal<readonly Word[]> = computed(() => wordsOf(this.text.value));
  readonly options: EditorOptions;
  /** The relations that are shown, if they are not those of `marked`. */
  readonly shown = signal<readonly MarkedRelation[] | undefined>(undefined);
  readonly relations = computed(() => this.shown.value ?? this.marked.value.relations);
  /** Entities in the order of the text: that of keys and lists. */
  readonly entities = computed(() => this.marked.value.entities.toSorted((a, b) => a.start - b.start || b.end - a.end));
  readonly #undone = signal<readonly Act[]>([]);
  readonly #done = signal<readonly Act[]>([]);
  readonly canUndo = computed(() => this.#done.value.length > 0);
  readonly canRedo = computed(() => this.#undone.value.length > 0);

  /** The canvas, which gets the keys back after a click on a button. */
  element: HTMLElement | null = null;

  constructor(options: EditorOptions) {
    this.options = options;
  }

  /** Shows another text, or the same with other annotations; nothing can be undone then. */
  open(text: string, marked: Marked): void {
    batch(() => {
      this.text.value = text;
      this.marked.value = marked;
      this.focus.value = nothing;
      this.linking.value = undefined;
      this.#done.value = [];
      this.#undone.value = [];
    });
  }

  act(act: Act): void {
    const back = inverse(this.marked.value, act);
    batch(() => {
      this.#done.value = [...this.#done.value, back];
      this.#undone.value = [];
      this.#apply(act);
    });
  }

  undo(): void {
    this.#move(this.#done, this.#undone);
  }

  redo(): void {
    this.#move(this.#undone, this.#done);
  }

  #move(from: Signal<readonly Act[]>, to: Signal<readonly Act[]>): void {
    const act = from.value.at(-1);
    if (!act) return;
    const back = inverse(this.marked.value, act);
    batch(() => {
      from.value = from.value.slice(0, -1);
      to.value = [...to.value, back];
      this.#apply(act);
    });
  }

  #apply(act: Act): void {
    this.marked.value = applied(this.marked.value, act);
    const { focus } = this;
    const gone =
      (focus.value.kind === "entity" && !this.entity(focus.value.id)) ||
      (focus.value.kind === "relation" && !this.relation(focus.value.id));
    if (gone) focus.value = nothing;
    this.options.onAct?.(act);
  }

  entity(id: string): MarkedEntity | undefined {
    return this.marked.value.entities.find((one) => one.id === id);
  }

  relation(id: string): MarkedRelation | undefined {
    return this.relations.value.find((one) => one.id === id);
  }

  surface(id: string): string {
    const entity = this.entity(id);
    return entity ? this.text.value.slice(entity.start, entity.end) : "";
  }

  /** The labels of a relation, those that fit the types of its ends first; `place` is that of its key. */
  labelsFor(head: string, tail: string): { readonly name: string; readonly place: number }[] {
    const { labels, fitting } = this.options;
    const fit = new Set(fitting?.(this.entity(head)?.type ?? "", this.entity(tail)?.type ?? ""));
    const all = labels().map((name, place) => ({ name, place }));
    return [...all.filter(({ name }) => fit.has(name)), ...all.filter(({ name }) => !fit.has(name))];
  }

  selectWords(anchor: number, to: number): void {
    const words = this.words.value;
    const [first, last] = [words[Math.min(anchor, to)], words[Math.max(anchor, to)]];
    if (first && last) this.focus.value = { kind: "span", start: first.start, end: last.end, anchor, to };
  }

  /** The word that the keyboard is at. */
  wordInFocus(): number {
    const focus = this.focus.value;
    if (focus.kind === "span") return focus.to;
    if (focus.kind === "entity") return wordAt(this.words.value, this.entity(focus.id)?.start ?? 0);
    return -1;
  }

  clear(): void {
    batch(() => {
      this.focus.value = nothing;
      this.linking.value = undefined;
    });
  }

  /** Marks the selected words, or gives the selected entity another type. */
  setType(type: string): void {
    const focus = this.focus.value;
    if (focus.kind === "entity") {
      if (this.entity(focus.id)?.type !== type) this.act({ kind: "set-type", id: focus.id, type });
    } else if (focus.kind === "span") {
      const { start, end } = focus;
      const same = this.marked.value.entities.find(
        (one) => one.start === start && one.end === end && one.type === type,
      );
      const id = same?.id ?? newId();
      if (!same) this.act({ kind: "add-entity", entity: { id, start, end, type } });
      this.focus.value = { kind: "entity", id };
    }
  }

  /** Draws the relation whose ends are selected, or gives the selected one another label. */
  setLabel(label: string): void {
    const focus = this.focus.value;
    if (focus.kind === "relation") {
      if (this.relation(focus.id)?.label !== label) this.act({ kind: "set-label", id: focus.id, label });
    } else if (focus.kind === "pair") {
      const { head, tail } = focus;
      const same = this.marked.value.relations.find(
        (one) => one.head === head && one.tail === tail && one.label === label,
      );
      const id = same?.id ?? newId();
      if (!same) this.act({ kind: "add-relation", relation: { id, head, tail, label } });
      this.focus.value = { kind: "relation", id };
    }
  }

  remove(): void {
    const focus = this.focus.value;
    if (focus.kind === "entity") this.act({ kind: "remove-entity", id: focus.id });
    else if (focus.kind === "relation" && this.options.relates) this.act({ kind: "remove-relation", id: focus.id });
  }

  /** Turns the selected relation around. */
  flip(): void {
    const focus = this.focus.value;
    const relation = focus.kind === "relation" ? this.relation(focus.id) : undefined;
    if (!relation || !this.options.relates) return;
    const { id, head, tail, label } = relation;
    this.act({ kind: "add-relation", relation: { id, head: tail, tail: head, label } });
  }

  /** Chooses an end of the relation that is being drawn: first its head, then its tail. */
  link(id: string): void {
    const head = this.linking.value?.head;
    batch(() => {
      if (head === undefined || head === id) {
        this.linking.value = { head: id, typed: "" };
        this.focus.value = { kind: "entity", id };
      } else {
        this.linking.value = undefined;
        this.focus.value = { kind: "pair", head, tail: id };
      }
    });
  }

  startLink(): void {
    if (!this.options.relates || this.marked.value.entities.length < 2) return;
    const focus = this.focus.value;
    this.linking.value = { head: focus.kind === "entity" ? focus.id : undefined, typed: "" };
  }
}
