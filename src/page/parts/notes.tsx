import type { JSX } from "preact";
import { t } from "../words/language.ts";
import { noteForPage } from "./advice.ts";

/** What a file lost, or had otherwise, when it was read. It stays until somebody has read it and closes it. */
export function Notes({
  notes,
  close,
}: {
  readonly notes: readonly string[];
  readonly close: () => void;
}): JSX.Element | null {
  const words = t.value;
  if (notes.length === 0) return null;
  return (
    <section class="notes" aria-label={words.notes} role="status">
      {/* In a narrow window the text below matters more, and the count alone stays. */}
      <details open={matchMedia("(min-width: 45rem)").matches}>
        <summary>{words.notesOf(notes.length)}</summary>
        <ul>
          {notes.map((note) => (
            <li key={note} dir="auto">
              {noteForPage(note)}
            </li>
          ))}
        </ul>
      </details>
      <button type="button" onClick={close}>
        {words.closeNotes}
      </button>
    </section>
  );
}
