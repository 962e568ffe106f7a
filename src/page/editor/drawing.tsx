import { memo } from "preact/compat";
import type { JSX } from "preact";
import type { MarkedEntity, MarkedRelation } from "../../annotation/marked.ts";
import { joined } from "../../report/picture/joined.ts";
import { sizes, type Layout } from "../../report/picture/layout.ts";
import { pathOf } from "../../report/picture/path.ts";

interface Props {
  readonly layout: Layout;
  readonly entities: readonly MarkedEntity[];
  readonly relations: readonly MarkedRelation[];
  readonly color: (name: string) => string;
  readonly faint?: string | undefined;
}

const visible = (text: string): string => text.replaceAll(/[\t\n\f\r]/g, " ");

function Words({ layout }: Pick<Props, "layout">): JSX.Element {
  return (
    <>
      {layout.lines.flatMap(({ pieces, baseline }, line) =>
        pieces.map((piece, i) =>
          piece.text.trim() === "" ? null : (
            <text
              key={`${line}.${i}`}
              class="words"
              x={piece.x}
              y={baseline}
              textLength={piece.width > 0 ? piece.width : undefined}
              lengthAdjust="spacingAndGlyphs"
              direction={piece.rtl ? "rtl" : undefined}
              text-anchor={piece.rtl ? "end" : undefined}
            >
              {joined(visible(piece.text), pieces[i - 1]?.text, pieces[i + 1]?.text)}
            </text>
          ),
        ),
      )}
    </>
  );
}

/** The picture itself, which is drawn anew only if its layout changes; what is selected lies over it. */
export const Drawing = memo(function Drawing({ layout, entities, relations, color, faint }: Props): JSX.Element {
  const placed = relations.filter(
    ({ head, tail }) => entities.some(({ id }) => id === head) && entities.some(({ id }) => id === tail),
  );
  return (
    <>
      {layout.lines.map(({ bars, baseline }, line) =>
        // The short ones lie over those that they are within.
        bars.toReversed().map((bar) => {
          const { id, type } = entities[bar.entity]!;
          return (
            <g key={`${line}.${id}.${bar.x}`} class={`entity ${color(type)}`} data-entity={id}>
              <rect
                class="span"
                x={bar.x}
                y={baseline - sizes.ascent}
                width={bar.width}
                height={sizes.ascent + sizes.descent}
                rx="2"
              />
              <rect class="foot" x={bar.x} y={bar.y} width={bar.width} height="2.5" rx="1" />
              {bar.label !== "" && (
                <text class="type" x={bar.labelX} y={bar.y + 12} textLength={bar.labelWidth}>
                  {bar.label}
                </text>
              )}
            </g>
          );
        }),
      )}
      <Words layout={layout} />
      {layout.arrows.map((arrow) => {
        const { id, label } = placed[arrow.relation]!;
        const end = arrow.points.at(-1)!;
        return (
          <g key={id} class={`arrow ${color(label)} ${label === faint ? "faint" : ""}`} data-relation={id}>
            <path class="grip" d={pathOf(arrow.points)} />
            <path class="stroke" d={pathOf(arrow.points)} />
            <path class="tip" d={`M${end.x} ${end.y}l-3.6-6.4h7.2z`} />
          </g>
        );
      })}
      {layout.arrows.map(({ relation, label: { x, y, width, height, text } }) => {
        const { id, label } = placed[relation]!;
        return (
          <g key={id} class={`arrow ${color(label)} ${label === faint ? "faint" : ""}`} data-relation={id}>
            <rect class="paper" x={x} y={y} width={width} height={height} rx="3" />
            <text class="label" x={x + 3} y={y + 10.2} textLength={width - 6}>
              {text}
            </text>
          </g>
        );
      })}
    </>
  );
});
