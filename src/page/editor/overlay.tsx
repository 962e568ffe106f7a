import type { ReadonlySignal, Signal } from "@preact/signals";
import { memo } from "preact/compat";
import type { JSX } from "preact";
import type { Layout } from "../../report/picture/layout.ts";
import { pathOf } from "../../report/picture/path.ts";
import type { Editor } from "./editor.ts";
import { rectsOf, type Rect } from "./geometry.ts";
import type { Rubber } from "./pointing.ts";
import { hintsFor } from "./wording.ts";

/** A word with its weight, from -1, against the answer, to 1, for it. */
export interface Weighed {
  readonly start: number;
  readonly end: number;
  readonly weight: number;
}

/** The tint of the words that weigh most. */
const strongestTint = 0.6;

/** Tints words by what they weigh; those against the answer are underlined as well, for eyes that see no colours. */
export const Weights = memo(function Weights({
  layout,
  weighed,
}: {
  readonly layout: Layout;
  readonly weighed: readonly Weighed[];
}): JSX.Element {
  return (
    <g class="weights">
      {weighed.flatMap(({ start, end, weight }) =>
        rectsOf(layout, start, end).map((rect, i) => (
          <g key={`${start}.${i}`} class={weight < 0 ? "con" : "pro"} data-weight={weight.toFixed(2)}>
            <rect {...box(rect)} rx="3" fill-opacity={strongestTint * Math.abs(weight)} />
            {weight < 0 && (
              <path
                d={`M${rect.x} ${rect.y + rect.height}h${rect.width}`}
                stroke-opacity={Math.min(1, 1.5 * Math.abs(weight))}
              />
            )}
          </g>
        )),
      )}
    </g>
  );
});

interface Props {
  readonly editor: Editor;
  readonly layout: ReadonlySignal<Layout>;
  readonly rubber: Signal<Rubber | undefined>;
  /** Whether this is the part under the words. */
  readonly below?: boolean;
}

const box = ({ x, y, width, height }: Rect, grow = 0): Record<string, number> => ({
  x: x - grow,
  y: y - grow,
  width: width + 2 * grow,
  height: height + 2 * grow,
});

/** What is selected: words, an entity, a relation; and the keys that name entities while a relation is drawn. */
export function Overlay({ editor, layout, rubber, below = false }: Props): JSX.Element {
  const focus = editor.focus.value;
  const { lines } = layout.value;
  if (below) {
    if (focus.kind !== "span") return <g />;
    return (
      <g>
        {rectsOf({ lines }, focus.start, focus.end).map((rect, i) => (
          <rect key={i} class="selection" {...box(rect, 1)} rx="3" />
        ))}
      </g>
    );
  }
  const chosen = focus.kind === "entity" ? [focus.id] : focus.kind === "pair" ? [focus.head, focus.tail] : [];
  const relation = focus.kind === "relation" ? editor.relation(focus.id) : undefined;
  const ends = relation ? [relation.head, relation.tail] : [];
  const frames = [...chosen, ...ends].flatMap((id) => {
    const entity = editor.entity(id);
    return entity ? rectsOf({ lines }, entity.start, entity.end) : [];
  });
  const index = relation
    ? editor.relations.value.filter(isPlaced(editor)).findIndex(({ id }) => id === relation.id)
    : -1;
  const arrow = layout.value.arrows.find((one) => one.relation === index);
  const linking = editor.linking.value;
  const entities = editor.entities.value;
  const hints = linking ? hintsFor(entities.length) : [];
  const line = rubber.value;
  return (
    <g class="over">
      {frames.map((rect, i) => (
        <rect key={i} class="frame" {...box(rect, 1)} rx="4" />
      ))}
      {arrow && <path class="bold" d={pathOf(arrow.points)} />}
      {arrow && <rect class="frame" {...box(arrow.label, 1)} rx="4" />}
      {line && <path class="rubber" d={`M${line.from.x} ${line.from.y}L${line.to.x} ${line.to.y}`} />}
      {hints.map((hint, i) => {
        const { id, start, end } = entities[i]!;
        const [rect] = rectsOf({ lines }, start, end);
        if (!rect) return null;
        return (
          <g key={id} class={linking?.head === id ? "hint head" : "hint"}>
            <rect x={rect.x - 8} y={rect.y - 8} width={hint.length * 8 + 8} height="16" rx="4" />
            <text x={rect.x - 4} y={rect.y + 4}>
              {hint}
            </text>
          </g>
        );
      })}
    </g>
  );
}

/** The layout has the relations alone whose entities are there. */
const isPlaced =
  (editor: Editor) =>
  ({ head, tail }: { readonly head: string; readonly tail: string }): boolean =>
    editor.entity(head) !== undefined && editor.entity(tail) !== undefined;
