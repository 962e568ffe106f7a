import type { Span } from "../../corpus/document.ts";
import { countOfUnit, type Unit } from "../../corpus/unit.ts";
import { formatLocation } from "../../errors.ts";
import type { ExcerptPart, Mistake, Mistakes } from "../../evaluation/mistakes.ts";
import { nothingWords } from "../../evaluation/plain-verdict.ts";
import { html } from "../html.ts";
import type { Html } from "../html.ts";
import { draw } from "../picture/render-svg.ts";
import { mistakeFilter, moreButton, sureSteps, type MistakeKind } from "./mistake-filter.ts";

/** Width of a picture in pixels: with the words beside it where there is room. */
const pictureWidth = 560;

/**
 * The surest mistakes, each in words and as a picture: the arrow of the model and that of the annotation over the text.
 * @param names the names of all labels
 * @param nothing the label that no arrow stands for, if there is one
 */
export function mistakesList({ worst, total }: Mistakes, unit: Unit, names: readonly string[], nothing?: string): Html {
  if (total === 0) return html`<p>No ${unit.one} was given a wrong label.</p>`;
  const labelsIn = new Map(
    worst.map((mistake) => [
      mistake,
      [...new Set([...namesIn(mistake.gold, names), ...namesIn(mistake.predicted, names)])],
    ]),
  );
  const present = [...new Set([...labelsIn.values()].flat())].filter((name) => name !== nothing).sort();
  const kinds = (["missed", "invented", "confused"] as const).filter((kind) =>
    worst.some((mistake) => kindOf(mistake, nothing) === kind),
  );
  return html`<p>
      ${countOfUnit(worst.length, unit)} of ${total} with a wrong answer: those the model was surest of, a few of each
      kind. Sometimes the model is right and the annotation is not.
    </p>
    ${mistakeFilter({ label: unit.label, labels: present, kinds })}
    <ol class="mistakes">
      ${worst.map((mistake) => {
        const labels = labelsIn.get(mistake)!.flatMap((name) => (name === nothing ? [] : [present.indexOf(name)]));
        return mistakeItem(mistake, { labels, kind: kindOf(mistake, nothing), nothing, unit });
      })}
    </ol>
    ${moreButton}`;
}

/** The labels that an answer names: several if it is a set; an entity's may be followed by its text. */
const namesIn = (answer: string, names: readonly string[]): string[] => {
  if (names.includes(answer)) return [answer];
  const parts = answer.split(" + ");
  return names.filter((name) => parts.includes(name) || answer.startsWith(`${name} "`));
};

const kindOf = ({ gold, predicted }: Mistake, nothing: string | undefined): MistakeKind =>
  predicted === nothing ? "missed" : gold === nothing ? "invented" : "confused";

interface ItemFacts {
  /** Positions among the labels that can be chosen. */
  readonly labels: readonly number[];
  readonly kind: MistakeKind;
  readonly nothing: string | undefined;
  readonly unit: Unit;
}

function mistakeItem(mistake: Mistake, { labels, kind, nothing, unit }: ItemFacts): Html {
  const { predicted, gold, probability, goldProbability, id, at } = mistake;
  const inWords = (label: string): string => (label === nothing ? nothingWords(unit) : label);
  const sure = sureSteps.find(({ least }) => probability >= least)?.name ?? "low";
  return html`<li data-label="${labels.join(" ")}" data-kind="${kind}" data-sure="${sure}">
    <div class="said">
      ${line("model", "wrong", inWords(predicted), `${percent(probability)} sure`)}
      ${line("annotated", "right", inWords(gold), `the model: ${percent(goldProbability)}`)}
      <p class="source"><bdi>${id}</bdi>${at ? html` · <bdi>${formatLocation(at)}</bdi>` : undefined}</p>
    </div>
    ${picture(mistake, nothing)}
  </li>`;
}

const line = (role: string, color: "wrong" | "right", label: string, sure: string): Html =>
  html`<p class="${color}">
    <span class="role">${role}</span> <b><bdi>${label}</bdi></b> <span class="sure">${sure}</span>
  </p>`;

/** An excerpt with head, tail and both relations between them, or with one mention of both types. */
function picture({ excerpt, gold, predicted }: Mistake, nothing: string | undefined): Html {
  const head = markedSpan(excerpt, ({ head }) => head);
  const tail = markedSpan(excerpt, ({ tail }) => tail);
  const text = excerpt.map((part) => part.text).join("");
  const isPair = head !== undefined && tail !== undefined;
  const answers = [
    { label: predicted, shown: `model: ${predicted}` },
    { label: gold, shown: `annotated: ${gold}` },
  ].filter(({ label }) => label !== nothing);
  const entities = isPair
    ? [
        { ...head, type: "head" },
        { ...tail, type: "tail" },
      ]
    : [head ?? tail].flatMap((span) => (span ? answers.map(({ shown }) => ({ ...span, type: shown })) : []));
  const relations = isPair ? answers.map(({ shown }) => ({ head: 0, tail: 1, label: shown })) : [];
  // The places of names choose their colours: blue, the orange of what is wrong, the green of what is right, violet.
  const names = ["head", `model: ${predicted}`, `annotated: ${gold}`, "tail"];
  const title = `Model: ${predicted}; annotated: ${gold}`;
  return { markup: draw({ id: "", text, entities, relations }, { width: pictureWidth, style: false, names, title }) };
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

const percent = (probability: number): string => `${(100 * probability).toFixed(0)} %`;
