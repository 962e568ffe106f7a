import { useRef, useState } from "preact/hooks";
import type { JSX } from "preact";
import { isTouch } from "../parts/touch.ts";
import { t } from "../words/language.ts";
import type { Editor } from "./editor.ts";
import { wrongKeyHint } from "./said.ts";

interface Props {
  readonly editor: Editor;
  readonly color: (name: string) => string;
  /** Whether names that the model does not know can be given. */
  readonly open?: boolean;
}

interface Choice {
  readonly name: string;
  readonly isPressed: boolean;
  readonly choose: () => void;
  /** The place of its key, if it is not that of the button. */
  readonly place?: number;
}

const key = (i: number): string => (i < 9 ? String(i + 1) : i === 9 ? "0" : "");

function Choices({
  choices,
  color,
}: {
  readonly choices: readonly Choice[];
  readonly color: Props["color"];
}): JSX.Element {
  return (
    <>
      {choices.map(({ name, isPressed, choose, place }, i) => (
        <button key={name} type="button" class={`choice ${color(name)}`} aria-pressed={isPressed} onClick={choose}>
          {key(place ?? i) && <kbd aria-hidden="true">{key(place ?? i)}</kbd>}
          {name || t.value.entity}
        </button>
      ))}
    </>
  );
}

function Other({ label, choose }: { readonly label: string; readonly choose: (name: string) => void }): JSX.Element {
  const [name, setName] = useState("");
  return (
    <form
      class="other"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "") choose(name.trim());
        setName("");
      }}
    >
      <input
        aria-label={label}
        placeholder={label}
        value={name}
        size={12}
        maxLength={100}
        onInput={({ currentTarget }) => setName(currentTarget.value)}
      />
      {name !== "" && <button type="submit">{t.value.add}</button>}
    </form>
  );
}

const shortened = (text: string): string => (text.length > 32 ? `${text.slice(0, 18)}…${text.slice(-12)}` : text);

/** What can be done with the selection, each by a click or its key. It stands under the text, whose place its height leaves alone. */
export function Bar({ editor, color, open = false }: Props): JSX.Element {
  const { types, relates } = editor.options;
  const words = t.value;
  const selected = useRef(editor.focus.peek());
  // A bar that grew under a moving pointer would hide where the drag goes.
  if (!editor.isPointing.value) selected.current = editor.focus.value;
  const focus = selected.current;
  const linking = editor.linking.value;
  // The button is gone then, or means something else.
  const then = (_done: void): void => editor.element?.focus({ preventScroll: true });
  const ofTypes = (pressed?: string): Choice[] =>
    [...new Set([...types(), ...(pressed === undefined ? [] : [pressed])])].map((name) => {
      return { name, isPressed: name === pressed, choose: () => then(editor.setType(name)) };
    });
  const ofLabels = (head: string, tail: string, pressed?: string): Choice[] => {
    const known = editor.labelsFor(head, tail);
    const isOther = pressed !== undefined && !known.some(({ name }) => name === pressed);
    return [...known, ...(isOther ? [{ name: pressed, place: known.length }] : [])].map(({ name, place }) => {
      return { name, place, isPressed: name === pressed, choose: () => then(editor.setLabel(name)) };
    });
  };
  const hints = isTouch.value ? words.touch : words;
  let title = relates ? hints.idleRelates : words.idle;
  let content: JSX.Element | null = null;
  if (linking) {
    title = linking.head === undefined ? hints.linkHead : hints.linkTail(shortened(editor.surface(linking.head)));
    content = <Command name={words.cancel} keys="Esc" run={() => then(editor.clear())} />;
  } else if (focus.kind === "span") {
    title = words.mark(shortened(editor.text.value.slice(focus.start, focus.end)));
    const low = Math.min(focus.anchor, focus.to);
    const high = Math.max(focus.anchor, focus.to);
    content = (
      <>
        <Choices choices={ofTypes()} color={color} />
        {open && <Other label={words.otherType} choose={(name) => then(editor.setType(name))} />}
        <Command name={words.wordBefore} icon="⇤" isOff={low === 0} run={() => editor.selectWords(high, low - 1)} />
        <Command
          name={words.wordAfter}
          icon="⇥"
          isOff={high >= editor.words.value.length - 1}
          run={() => editor.selectWords(low, high + 1)}
        />
      </>
    );
  } else if (focus.kind === "entity") {
    title = words.entityIs(shortened(editor.surface(focus.id)));
    content = (
      <>
        <Choices choices={ofTypes(editor.entity(focus.id)?.type)} color={color} />
        {open && <Other label={words.otherType} choose={(name) => then(editor.setType(name))} />}
        {relates && <Command name={words.relate} keys="R" run={() => then(editor.startLink())} />}
        <Command name={words.remove} keys="Del" run={() => then(editor.remove())} />
      </>
    );
  } else if (focus.kind === "pair") {
    title = words.relationIs(shortened(editor.surface(focus.head)), shortened(editor.surface(focus.tail)));
    content = (
      <>
        <Choices choices={ofLabels(focus.head, focus.tail)} color={color} />
        {open && <Other label={words.otherLabel} choose={(name) => then(editor.setLabel(name))} />}
        <Command name={words.cancel} keys="Esc" run={() => then(editor.clear())} />
      </>
    );
  } else if (focus.kind === "relation") {
    const relation = editor.relation(focus.id);
    title = relation
      ? words.relationIs(shortened(editor.surface(relation.head)), shortened(editor.surface(relation.tail)))
      : "";
    content = relates ? (
      <>
        <Choices choices={relation ? ofLabels(relation.head, relation.tail, relation.label) : []} color={color} />
        {open && <Other label={words.otherLabel} choose={(name) => then(editor.setLabel(name))} />}
        <Command name={words.flip} keys="F" run={() => then(editor.flip())} />
        <Command name={words.remove} keys="Del" run={() => then(editor.remove())} />
      </>
    ) : (
      <strong>{relation?.label}</strong>
    );
  }
  return (
    <div class="bar" role="toolbar" aria-label={words.keys}>
      <p class="title">
        {title} {editor.wrongKey.value !== "" && <b class="wrong">{wrongKeyHint(editor)}</b>}
      </p>
      <div class="choices">{content}</div>
      <div class="history">
        <Command name={words.undo} icon="↶" isOff={!editor.canUndo.value} run={() => editor.undo()} />
        <Command name={words.redo} icon="↷" isOff={!editor.canRedo.value} run={() => editor.redo()} />
      </div>
    </div>
  );
}

interface CommandProps {
  readonly name: string;
  readonly icon?: string;
  readonly keys?: string;
  readonly isOff?: boolean;
  readonly run: () => void;
}

function Command({ name, icon, keys, isOff = false, run }: CommandProps): JSX.Element {
  return (
    <button
      type="button"
      class="command"
      disabled={isOff}
      onClick={run}
      title={name}
      aria-label={icon ? name : undefined}
    >
      {keys && <kbd aria-hidden="true">{keys}</kbd>}
      {icon ?? name}
    </button>
  );
}
