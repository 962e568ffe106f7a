import type { Unit } from "../../corpus/unit.ts";
import { formatLocation } from "../../errors.ts";
import type { ExcerptPart, Mistake, Mistakes } from "../../evaluation/mistakes.ts";
import { html } from "../html.ts";
import type { Html } from "../html.ts";

/** The surest mistakes, each with its text and both spans marked. */
export function mistakesList({ worst, total }: Mistakes, unit: Unit): Html {
  if (total === 0) return html`<p>No ${unit.one} was given a wrong label.</p>`;
  const hasTail = worst.some(({ excerpt }) => excerpt.some(({ tail }) => tail));
  return html`<p class="note">
      ${worst.length} of ${total} wrong ${total === 1 ? unit.one : unit.many}, those the model was surest of.
      ${hasTail ? html`<mark class="head">head</mark> <mark class="tail">tail</mark>` : undefined}
    </p>
    <ol class="mistakes">
      ${worst.map(mistakeItem)}
    </ol>`;
}

function mistakeItem(mistake: Mistake): Html {
  return html`<li>
    <p class="verdict">
      ${verdictPart("predicted", "wrong", mistake.predicted, mistake.probability)}
      ${verdictPart("gold", "right", mistake.gold, mistake.goldProbability)}
    </p>
    <blockquote dir="auto">${mistake.excerpt.map(excerptPart)}</blockquote>
    <p class="source">${mistake.id}${mistake.at ? html` · ${formatLocation(mistake.at)}` : undefined}</p>
  </li>`;
}

const verdictPart = (role: string, color: "wrong" | "right", label: string, probability: number): Html =>
  html`<span class="${color}"><span class="role">${role}</span> <bdi>${label}</bdi> ${percent(probability)}</span>`;

function excerptPart({ text, head, tail }: ExcerptPart): Html {
  if (!head && !tail) return html`${text}`;
  return html`<mark class="${[head ? "head" : "", tail ? "tail" : ""].join(" ").trim()}">${text}</mark>`;
}

const percent = (probability: number): string => `${(100 * probability).toFixed(0)} %`;
