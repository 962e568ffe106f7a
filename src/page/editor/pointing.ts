import { signal, type ReadonlySignal } from "@preact/signals";
import type { Layout, Point } from "../../report/picture/layout.ts";
import type { Editor } from "./editor.ts";
import { offsetAt, rectsOf } from "./geometry.ts";
import { wordAt } from "./wording.ts";

/** The line from an entity to the pointer while an arrow is drawn. */
export interface Rubber {
  readonly from: Point;
  readonly to: Point;
}

type Drag =
  | { readonly kind: "words"; readonly anchor: number; readonly offset: number; readonly at: Point }
  | { readonly kind: "arrow"; readonly head: string; readonly at: Point };

/** Pixels that a pointer may tremble before a click is a drag. */
const tremble = 5;

/** Mouse and touch over a text: a click selects a word, entity or relation; a drag selects words or draws an arrow. */
export class Pointing {
  readonly rubber = signal<Rubber | undefined>(undefined);
  readonly #editor: Editor;
  readonly #layout: ReadonlySignal<Layout>;
  #drag: Drag | undefined;
  #hasMoved = false;

  constructor(editor: Editor, layout: ReadonlySignal<Layout>) {
    this.#editor = editor;
    this.#layout = layout;
  }

  readonly down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const canvas = event.currentTarget as HTMLElement;
    const at = pointOf(canvas, event);
    const editor = this.#editor;
    const target = event.target as Element;
    this.#hasMoved = false;
    editor.wrongKey.value = "";
    this.#capture(canvas, event);
    const relation = target.closest("[data-relation]")?.getAttribute("data-relation");
    if (relation) {
      this.#drag = undefined;
      editor.focus.value = { kind: "relation", id: relation };
      return;
    }
    const entity = target.closest("[data-entity]")?.getAttribute("data-entity");
    if (entity && !event.shiftKey && !event.altKey) {
      if (editor.linking.value) return editor.link(entity);
      editor.focus.value = { kind: "entity", id: entity };
      // A finger that moves scrolls the page.
      if (editor.options.relates && event.pointerType !== "touch") this.#drag = { kind: "arrow", head: entity, at };
      if (editor.options.relates) return;
    }
    const offset = offsetAt(this.#layout.value, at.x, at.y);
    if (offset === undefined) return;
    const word = wordAt(editor.words.value, offset);
    const focus = editor.focus.value;
    const anchor = event.shiftKey && focus.kind === "span" ? focus.anchor : word;
    this.#drag = { kind: "words", anchor, offset, at };
    if (!entity || event.shiftKey || event.altKey) {
      editor.linking.value = undefined;
      editor.selectWords(anchor, word);
    }
  };

  readonly move = (event: PointerEvent): void => {
    const drag = this.#drag;
    if (!drag || event.buttons === 0) return;
    const canvas = event.currentTarget as HTMLElement;
    const at = pointOf(canvas, event);
    if (!this.#hasMoved && Math.hypot(at.x - drag.at.x, at.y - drag.at.y) < tremble) return;
    this.#hasMoved = true;
    const editor = this.#editor;
    if (drag.kind === "arrow") {
      const entity = editor.entity(drag.head);
      const [rect] = entity ? rectsOf(this.#layout.value, entity.start, entity.end) : [];
      if (rect) this.rubber.value = { from: { x: rect.x + rect.width / 2, y: rect.y }, to: at };
      return;
    }
    const offset = offsetAt(this.#layout.value, at.x, at.y);
    if (offset === undefined) return;
    if (event.altKey) {
      const [start, end] = [Math.min(drag.offset, offset), Math.max(drag.offset, offset) + 1];
      const to = wordAt(editor.words.value, offset);
      editor.focus.value = { kind: "span", start, end, anchor: drag.anchor, to };
    } else editor.selectWords(drag.anchor, wordAt(editor.words.value, offset));
  };

  readonly up = (event: PointerEvent): void => {
    const drag = this.#drag;
    this.cancel();
    if (drag?.kind !== "arrow" || !this.#hasMoved) return;
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const tail = under?.closest("[data-entity]")?.getAttribute("data-entity");
    if (tail && tail !== drag.head) this.#editor.focus.value = { kind: "pair", head: drag.head, tail };
  };

  readonly cancel = (): void => {
    this.#drag = undefined;
    this.rubber.value = undefined;
    this.#editor.isPointing.value = false;
  };

  #capture(canvas: HTMLElement, event: PointerEvent): void {
    this.#editor.isPointing.value = true;
    if (event.pointerType !== "touch") canvas.setPointerCapture(event.pointerId);
  }
}

/** The place of a pointer in the picture. */
function pointOf(canvas: HTMLElement, event: PointerEvent): Point {
  const { left, top } = canvas.querySelector("svg")!.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}
