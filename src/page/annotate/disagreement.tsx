import type { JSX } from "preact";
import { t } from "../words/language.ts";
import * as store from "./store.ts";

/** What the annotators of the document do not agree on, and their versions to take over. */
export function Disagreement(): JSX.Element | null {
  const words = t.value;
  const others = store.opened.value?.others ?? [];
  const differences = store.differences.value;
  if (others.length === 0) return null;
  return (
    <section class="panel">
      <h2>{words.otherAnnotators}</h2>
      <div class="line">
        {others.map(({ annotator, marked }) => (
          <button key={annotator} type="button" onClick={() => store.take(marked)}>
            {words.takeVersion(annotator, marked.entities.length, marked.relations.length)}
          </button>
        ))}
      </div>
      {differences.length > 0 && (
        <table class="differences">
          <thead>
            <tr>
              <th scope="col">{words.annotation}</th>
              <th scope="col">{words.has}</th>
              <th scope="col">{words.hasNot}</th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ kind, words: fact, by, not }) => (
              <tr key={`${kind}${fact}${by.join()}`}>
                <th scope="row" dir="auto">
                  {fact}
                </th>
                <td>{by.join(", ")}</td>
                <td>{not.join(", ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
