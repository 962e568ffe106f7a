import { useState } from "preact/hooks";
import type { JSX } from "preact";
import { said, t } from "../words/language.ts";
import { curl, json, typescript } from "./snippets.ts";
import * as store from "./store.ts";

const kinds = ["JSON", "curl", "TypeScript"] as const;
type Kind = (typeof kinds)[number];

function textOf(kind: Kind): string {
  const { editor, facts, info, isMarkedByHand, model, threshold } = store;
  const marked = editor.marked.value.entities.map(({ start, end, type }) => ({ start, end, ...(type && { type }) }));
  const request = {
    ...((info.value?.models.length ?? 1) > 1 ? { model: model.value } : {}),
    text: editor.text.value,
    entities: facts.value?.finds && !isMarkedByHand.value ? undefined : marked,
    threshold: threshold.value,
  };
  return kind === "JSON"
    ? json(request)
    : kind === "curl"
      ? curl(location.origin, request)
      : typescript(location.origin, request);
}

/** The request for what is shown, to be copied into a terminal or a program. */
export function Program(): JSX.Element {
  const words = t.value;
  const [kind, setKind] = useState<Kind>("curl");
  const [isCopied, setCopied] = useState(false);
  const text = textOf(kind);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Not every address has a clipboard: the text is selected then, for Ctrl C.
      getSelection()?.selectAllChildren(document.querySelector(".program code")!);
      return;
    }
    setCopied(true);
    said.value = words.copied;
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <details class="program">
      <summary>{words.program}</summary>
      <div class="line">
        {kinds.map((one) => (
          <button key={one} type="button" class="chip" aria-pressed={one === kind} onClick={() => setKind(one)}>
            {one}
          </button>
        ))}
        <button type="button" onClick={() => void copy()}>
          {isCopied ? words.copied : words.copy}
        </button>
      </div>
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </details>
  );
}
