import type { Span } from "../../corpus/document.ts";
import type { Unit } from "../../corpus/unit.ts";
import { formatLocation } from "../../errors.ts";
import type { ExcerptPart, Mistake, Mistakes } from "../../evaluation/mistakes.ts";
import { html } from "../html.ts";
import type { Html } from "../html.ts";
import { draw } from "../picture/render-svg.ts";

/** Width of a picture in pixels: two stand side by side where there is room. */
const pictureWidth = 440;

/**
 * The surest mistakes, each with its text twice: as it was predicted and as it is in gold.
 * @param noRelation the label that no arrow stands for, if there is one
 */
export function mistakesList({ worst, total }: Mistakes, unit: Unit, noRelation?: string): Html {
  if (total === 0) return html`<p>No ${unit.one} was given a wrong label.</p>`;
  return html`<p class="note">
      ${worst.length} of ${total} wrong ${total === 1 ? unit.one : unit.many}, those the model was surest of.
    </p>
    <ol class="mistakes">
      ${worst.map((mistake) => mistakeItem(mistake, noRelation))}
    </ol>`;
}

function mistakeItem(mistake: Mistake, noRelation: string | undefined): Html {
  const { predicted, gold, probability, goldProbability, id, at } = mistake;
  return html`<li>
    <div class="sides">
      ${side(verdictPart("predicted", "wrong", predicted, probability), picture(mistake.excerpt, predicted, noRelation))}
      ${side(verdictPart("gold", "right", gold, goldProbability), picture(mistake.excerpt, gold, noRelation))}
    </div>
    <p class="source">${id}${at ? html` · ${formatLocation(at)}` : undefined}</p>
  </li>`;
}

const side = (verdict: Html, drawn: Html): Html =>
  html`<figure>
    <figcaption class="verdict">${verdict}</figcaption>
    ${drawn}
  </figure>`;

/** An excerpt with head, tail and the relation between them, or with one mention of this type. */
function picture(excerpt: readonly ExcerptPart[], label: string, noRelation: string | undefined): Html {
  const head = markedSpan(excerpt, ({ head }) => head);
  const tail = markedSpan(excerpt, ({ tail }) => tail);
  const text = excerpt.map((part) => part.text).join("");
  const isPair = head !== undefined && tail !== undefined;
  const entities = isPair
    ? [
        { ...head, type: "head" },
        { ...tail, type: "tail" },
      ]
    : [head ?? tail].flatMap((span) => (span ? [{ ...span, type: label }] : []));
  const relations = isPair && label !== noRelation ? [{ head: 0, tail: 1, label }] : [];
  const names = isPair ? ["head", "tail"] : [];
  const document = { id: "", text, entities, relations };
  return { markup: draw(document, { width: pictureWidth, style: false, names, title: label }) };
}

/** From the first marked part to the last: a span is cut where another begins, but never left. */
function markedSpan(excerpt: readonly ExcerptPart[], isMarked: (part: ExcerptPart) => boolean): Span | undefined {
  let [start, end, offset] = [-1, -1, 0];
  for (const part of excerpt) {
    if (isMarked(part) && start < 0) start = offset;
    offset += part.text.length;
    if (isMarked(part)) end = offset;
  }
  return start < 0 || start === end ? undefined : { start, end };
}

const verdictPart = (role: string, color: "wrong" | "right", label: string, probability: number): Html =>
  html`<span class="${color}"><span class="role">${role}</span> <bdi>${label}</bdi> ${percent(probability)}</span>`;

const percent = (probability: number): string => `${(100 * probability).toFixed(0)} %`;
