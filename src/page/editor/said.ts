import { effect } from "@preact/signals";
import { percentOf, said, t } from "../words/language.ts";
import type { Editor } from "./editor.ts";

/** The keys that are due, after one that meant nothing. */
export const wrongKeyHint = (editor: Editor): string =>
  (editor.linking.value ? t.value.letterDue : t.value.numberDue)(editor.wrongKey.value);

/** Says to screen readers what is selected. */
export function saySelection(editor: Editor): () => void {
  return effect(() => {
    if (editor.wrongKey.value !== "") {
      said.value = wrongKeyHint(editor);
      return;
    }
    const { focus, text } = editor;
    const { words, entity, relation, pair } = t.value.said;
    const chosen = focus.value;
    switch (chosen.kind) {
      case "none":
        return;
      case "span":
        said.value = words(text.value.slice(chosen.start, chosen.end));
        return;
      case "entity":
        said.value = entity(editor.surface(chosen.id), editor.entity(chosen.id)?.type || t.value.entity);
        return;
      case "pair":
        said.value = pair(editor.surface(chosen.head), editor.surface(chosen.tail));
        return;
      case "relation": {
        const one = editor.relation(chosen.id);
        if (!one) return;
        const percent = one.probability === undefined ? "" : percentOf(one.probability);
        said.value = relation(editor.surface(one.head), one.label, editor.surface(one.tail), percent);
      }
    }
  });
}
