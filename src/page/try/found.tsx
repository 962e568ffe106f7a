import type { JSX } from "preact";
import type { MarkedRelation } from "../../annotation/marked.ts";
import { percentOf, t } from "../words/language.ts";
import * as store from "./store.ts";
import { Why } from "./why.tsx";

interface Props {
  readonly color: (name: string) => string;
}

/** What was found, as lists: for reading, for screen readers, and for what the arrows have no room for. */
export function Found({ color }: Props): JSX.Element {
  const { editor } = store;
  const words = t.value;
  const relations = editor.relations.value.toSorted((a, b) => (b.probability ?? 1) - (a.probability ?? 1));
  const focus = editor.focus.value;
  const chosen = store.chosen.value;
  return (
    <aside class="found">
      <section>
        <h2>{words.relations}</h2>
        <label class="slider">
          <span>
            {words.threshold}: {percentOf(store.threshold.value)}
          </span>
          <input
            type="range"
            min="0"
            max="1"
            step="0.01"
            value={store.threshold.value}
            onInput={({ currentTarget }) => (store.threshold.value = Number(currentTarget.value))}
          />
        </label>
        {store.noRelation.value !== undefined && (
          <label class="check">
            <input
              type="checkbox"
              checked={store.showsNone.value}
              onChange={({ currentTarget }) => (store.showsNone.value = currentTarget.checked)}
            />
            {words.showNone(store.noRelation.value)}
          </label>
        )}
        {relations.length === 0 && <p class="soft">{words.noRelations}</p>}
        {store.answered.value?.notices.map((sentence) => (
          <p class="soft" lang="en">
            {sentence}
          </p>
        ))}
        <ul class="relations">
          {relations.map((one) => (
            <Row key={one.id} relation={one} isChosen={one.id === chosen?.id} color={color} />
          ))}
        </ul>
      </section>
      {chosen && <Chosen relation={chosen} />}
      <section>
        <h2>{words.entities}</h2>
        {editor.entities.value.length === 0 && <p class="soft">{words.noEntities}</p>}
        <ul class="entities">
          {editor.entities.value.map(({ id, type }) => (
            <li key={id}>
              <button
                type="button"
                class={`row ${color(type)}`}
                aria-pressed={focus.kind === "entity" && focus.id === id}
                onClick={() => (editor.focus.value = { kind: "entity", id })}
              >
                <span dir="auto">{editor.surface(id)}</span> {type && <small>{type}</small>}
              </button>
              <button
                type="button"
                class="small"
                aria-label={`${words.remove}: ${editor.surface(id)}`}
                onClick={() => editor.act({ kind: "remove-entity", id })}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  );
}

interface RowProps extends Props {
  readonly relation: MarkedRelation;
  readonly isChosen: boolean;
}

function Row({ relation, isChosen, color }: RowProps): JSX.Element {
  const { editor } = store;
  const { id, head, tail, label, probability = 1 } = relation;
  return (
    <li>
      <button
        type="button"
        class={`row ${label === store.noRelation.value ? "" : color(label)}`}
        aria-pressed={isChosen}
        onClick={() => (editor.focus.value = { kind: "relation", id })}
      >
        <span class="ends">
          <span dir="auto">{editor.surface(head)}</span> <b>{label}</b> <span dir="auto">{editor.surface(tail)}</span>
        </span>
        <span class="percent">{percentOf(probability)}</span>
      </button>
    </li>
  );
}

/** Why the answer is not the most probable label, if it is not. */
function reasonOf({ label, probability, probabilities = {}, threshold }: store.PairAnswer): string | undefined {
  const words = t.value;
  const [most] = Object.entries(probabilities).sort((a, b) => b[1] - a[1]);
  if (!most || most[0] === label || most[1] <= probability) return undefined;
  if (threshold === undefined) return words.beforeCalibration(label);
  return words.fromThreshold(label === store.noRelation.value ? most[0] : label, percentOf(threshold));
}

/** Every label of the selected pair with its probability. */
function Chosen({ relation }: { readonly relation: MarkedRelation }): JSX.Element {
  const words = t.value;
  const answer = store.answered.value?.relations.find(({ head, tail }) => `${head}-${tail}` === relation.id);
  const all = Object.entries(answer?.probabilities ?? {}).sort((a, b) => b[1] - a[1]);
  const reason = answer && reasonOf(answer);
  return (
    <section class="chosen">
      <h2>{words.probabilities}</h2>
      <p dir="auto">
        {store.editor.surface(relation.head)} → {store.editor.surface(relation.tail)}
      </p>
      <table>
        <tbody>
          {all.map(([label, probability]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>
                <meter min="0" max="1" value={probability} aria-label={label} />
              </td>
              <td class="percent">{percentOf(probability)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {reason && <p class="soft">{reason}</p>}
      <Why />
    </section>
  );
}
