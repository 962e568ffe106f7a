import { useMemo } from "preact/hooks";
import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { Canvas } from "../editor/canvas.tsx";
import { Editor } from "../editor/editor.ts";
import { percentOf, t } from "../words/language.ts";
import * as store from "./store.ts";

/** The second model's answer under the first, and where the two differ. */
export function Compared({ color }: { readonly color: (name: string) => string }): JSX.Element {
  const words = t.value;
  const other = useMemo(() => new Editor({ types: () => [], labels: () => [], relates: false }), []);
  useSignalEffect(() => {
    other.text.value = store.editor.text.value;
    other.marked.value = store.editor.marked.value;
    other.shown.value = store.shownOf(store.compared.value);
  });
  const differences = store.differences.value;
  const surface = (place: number): string => store.editor.surface(store.answered.value!.entities[place]!.id);
  return (
    <div class="compared">
      <h2>{words.answers(store.second.value)}</h2>
      <Canvas editor={other} color={color} faint={store.noRelation.value} name={words.answers(store.second.value)} />
      <h2>{words.differences}</h2>
      {differences.length === 0 ? (
        <p class="soft">{words.noDifferences}</p>
      ) : (
        <table class="differences">
          <thead>
            <tr>
              <th scope="col">{words.relations}</th>
              <th scope="col">{store.model.value}</th>
              <th scope="col">{store.second.value}</th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ one, two }) => (
              <tr key={`${one.head}-${one.tail}`}>
                <th scope="row" dir="auto">
                  {surface(one.head)} → {surface(one.tail)}
                </th>
                <td>
                  {one.label} {percentOf(one.probability)}
                </td>
                <td>
                  {two.label} {percentOf(two.probability)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
