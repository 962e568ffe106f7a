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
      <div>
        <h2>{words.notesOf(notes.length)}</h2>
        <ul>
          {notes.map((note) => (
            <li key={note} dir="auto">
              {noteForPage(note)}
            </li>
          ))}
        </ul>
      </div>
      <button type="button" onClick={close}>
        {words.closeNotes}
      </button>
    </section>
  );
}
