import { lineAt, offsetAt, rectsOf } from "./geometry.ts";
import type { Layout } from "../../report/picture/layout.ts";
import type { Editor, Focus } from "./editor.ts";
import { hintsFor, wordAt } from "./wording.ts";

type Key = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;

/** Does what a key asks for. Returns whether the key meant something; others stay the browser's. */
export function pressed(editor: Editor, layout: Layout, event: Key): boolean {
  const { key } = event;
  editor.wrongKey.value = "";
  if (event.ctrlKey || event.metaKey) {
    const letter = key.toLowerCase();
    if (letter === "y" || (letter === "z" && event.shiftKey)) editor.redo();
    else if (letter === "z") editor.undo();
    else return false;
    return true;
  }
  if (event.altKey) return false;
  if (key === "Escape") {
    if (editor.focus.value.kind === "none" && !editor.linking.value) return false;
    editor.clear();
    return true;
  }
  if (editor.linking.value && linked(editor, key)) return true;
  if (moved(editor, layout, event)) return true;
  return chosen(editor, key) || commanded(editor, event);
}

/** While a relation is drawn, letters name entities. */
function linked(editor: Editor, key: string): boolean {
  const { linking, entities } = editor;
  const { head, typed } = linking.value!;
  if (key === "Enter") {
    const focus = editor.focus.value;
    if (focus.kind === "entity") editor.link(focus.id);
    return true;
  }
  if (key === "Tab" || key.length > 1) return false;
  const hints = hintsFor(entities.value.length);
  const now = typed + key.toLowerCase();
  const index = hints.indexOf(now);
  if (index >= 0) editor.link(entities.value[index]!.id);
  else {
    const isBegun = hints.some((hint) => hint.startsWith(now));
    linking.value = { head, typed: isBegun ? now : "" };
    if (!isBegun) editor.wrongKey.value = key;
  }
  return true;
}

function moved(editor: Editor, layout: Layout, { key, shiftKey }: Key): boolean {
  const words = editor.words.value;
  if (words.length === 0) return false;
  if (editor.linking.value) {
    if (key !== "ArrowLeft" && key !== "ArrowRight") return false;
    step(editor, key === "ArrowRight" ? 1 : -1);
    return true;
  }
  const at = editor.wordInFocus();
  const rtl = at >= 0 && isRightToLeft(layout, words[at]!.start);
  const forward = (key === "ArrowRight") !== rtl ? 1 : -1;
  let to: number;
  if (key === "ArrowLeft" || key === "ArrowRight") to = at < 0 ? (forward > 0 ? 0 : words.length - 1) : at + forward;
  else if (key === "ArrowUp" || key === "ArrowDown") to = inNextLine(editor, layout, at, key === "ArrowDown" ? 1 : -1);
  else if (key === "Home") to = 0;
  else if (key === "End") to = words.length - 1;
  else return false;
  to = Math.min(Math.max(to, 0), words.length - 1);
  const focus = editor.focus.value;
  editor.selectWords(shiftKey && focus.kind === "span" ? focus.anchor : shiftKey && at >= 0 ? at : to, to);
  return true;
}

const isRightToLeft = ({ lines }: Layout, offset: number): boolean =>
  lines.some(({ pieces }) => pieces.some((piece) => piece.rtl && piece.start <= offset && offset < piece.end));

/** The word above or below a word. */
function inNextLine(editor: Editor, layout: Layout, at: number, by: 1 | -1): number {
  const words = editor.words.value;
  if (at < 0) return by > 0 ? 0 : words.length - 1;
  const [rect] = rectsOf(layout, words[at]!.start, words[at]!.end);
  if (!rect) return at;
  const lines = layout.lines.filter(({ pieces }) => pieces.length > 0);
  const here = lineAt(lines, rect.y + rect.height / 2);
  const next = here && lines[lines.indexOf(here) + by];
  if (!next) return at;
  const offset = offsetAt({ lines: [next] }, rect.x + rect.width / 2, next.baseline);
  return offset === undefined ? at : wordAt(words, offset);
}

/** Selects the next entity, or the one before. */
function step(editor: Editor, by: 1 | -1): void {
  const all = editor.entities.value;
  if (all.length === 0) return;
  const focus = editor.focus.value;
  const index = focus.kind === "entity" ? all.findIndex(({ id }) => id === focus.id) : by > 0 ? -1 : 0;
  editor.focus.value = { kind: "entity", id: all[(index + by + all.length) % all.length]!.id };
}

function stepRelation(editor: Editor, by: 1 | -1): void {
  const all = editor.relations.value;
  if (all.length === 0) return;
  const focus = editor.focus.value;
  const index = focus.kind === "relation" ? all.findIndex(({ id }) => id === focus.id) : by > 0 ? -1 : 0;
  editor.focus.value = { kind: "relation", id: all[(index + by + all.length) % all.length]!.id };
}

const takesType = ({ kind }: Focus): boolean => kind === "span" || kind === "entity";

/** The keys 1 to 9, then 0, name types or labels. */
function chosen(editor: Editor, key: string): boolean {
  const { types, labels, relates } = editor.options;
  const focus = editor.focus.value;
  const index = key === "Enter" ? (focus.kind === "span" || focus.kind === "pair" ? 0 : -1) : "1234567890".indexOf(key);
  if (index < 0 || key.length === 0) return false;
  if (takesType(focus)) {
    const type = types()[index];
    if (type !== undefined) editor.setType(type);
    else editor.wrongKey.value = key;
    return true;
  }
  if (relates && (focus.kind === "pair" || focus.kind === "relation")) {
    const first =
      focus.kind === "pair" && key === "Enter" ? editor.labelsFor(focus.head, focus.tail)[0]?.name : undefined;
    const label = first ?? labels()[index];
    if (label !== undefined) editor.setLabel(label);
    else editor.wrongKey.value = key;
    return true;
  }
  return false;
}

function commanded(editor: Editor, { key, shiftKey }: Key): boolean {
  const by = shiftKey ? -1 : 1;
  switch (key.toLowerCase()) {
    case "e":
      step(editor, by);
      return true;
    case "a":
      stepRelation(editor, by);
      return true;
    case "r":
      editor.startLink();
      return true;
    case "f":
      editor.flip();
      return true;
    case "delete":
    case "backspace":
      editor.remove();
      return true;
    default:
      return false;
  }
}
