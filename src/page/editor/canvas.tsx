import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { layoutOf, type Layout } from "../../report/picture/layout.ts";
import { language, t } from "../words/language.ts";
import { Drawing } from "./drawing.tsx";
import type { Editor } from "./editor.ts";
import { pressed } from "./keys.ts";
import { Overlay, Weights, type Weighed } from "./overlay.tsx";
import { Pointing } from "./pointing.ts";

interface Props {
  readonly editor: Editor;
  /** The class of the colour of a type or label. */
  readonly color: (name: string) => string;
  /** Relations that are drawn faint: those of no relation. */
  readonly faint?: string | undefined;
  readonly name: string;
  /** Shown as long as there is no text; if not given, how to write one. */
  readonly hint?: string | undefined;
  /** Words that are tinted by what they weigh in an answer. */
  readonly weighed?: readonly Weighed[] | undefined;
  /** Called for keys that mean nothing here. */
  readonly onKey?: (event: KeyboardEvent) => void;
}

const spare = 200;

/** The text with its entities and arrows, for mouse, touch and keyboard. */
export function Canvas({ editor, color, faint, name, hint, weighed, onKey }: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const width = useSignal(720);
  useEffect(() => {
    const element = box.current!;
    editor.element = element;
    const observer = new ResizeObserver(() => {
      width.value = Math.max(spare, Math.floor(element.clientWidth));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const layout = useComputed<Layout>(() => {
    const { entities } = editor.marked.value;
    const places = new Map(entities.map(({ id }, i) => [id, i]));
    const relations = editor.relations.value.flatMap(({ head, tail, label, probability }) => {
      const [from, to] = [places.get(head), places.get(tail)];
      // A prediction may still be of entities that are gone.
      if (from === undefined || to === undefined) return [];
      return [{ head: from, tail: to, label, ...(probability === undefined ? {} : { probability }) }];
    });
    return layoutOf({ id: "", text: editor.text.value, entities, relations }, width.value, language.value);
  });
  const pointing = useRef<Pointing>(null);
  pointing.current ??= new Pointing(editor, layout);
  const { down, move, up, cancel, rubber } = pointing.current;
  return (
    <div
      ref={box}
      class={weighed ? "canvas relata-picture weighed" : "canvas relata-picture"}
      role="application"
      aria-label={name}
      aria-describedby="canvas-help"
      tabIndex={0}
      onKeyDown={(event) => {
        if (pressed(editor, layout.value, event)) event.preventDefault();
        else onKey?.(event);
      }}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={cancel}
      onLostPointerCapture={cancel}
    >
      <svg
        aria-hidden="true"
        width={layout.value.width}
        height={layout.value.height}
        viewBox={`0 0 ${layout.value.width} ${layout.value.height}`}
      >
        <Overlay editor={editor} layout={layout} rubber={rubber} below />
        {weighed && <Weights layout={layout.value} weighed={weighed} />}
        <Drawing
          layout={layout.value}
          entities={editor.marked.value.entities}
          relations={editor.relations.value}
          color={color}
          faint={faint}
        />
        <Overlay editor={editor} layout={layout} rubber={rubber} />
      </svg>
      {editor.text.value === "" && <p class="empty">{hint ?? t.value.noText}</p>}
    </div>
  );
}
