import type { Document } from "../corpus/document.ts";
import { plural } from "../quote.ts";
import { frame } from "./frame.ts";
import { html, type Html } from "./html.ts";
import { renderSvg } from "./picture/render-svg.ts";

/** Texts that are drawn; a page of more would be slow to open. Those beyond are counted. */
const mostTexts = 1000;

/** Widths of the two pictures of a text, in pixels: a page shows the one that fits its window. */
const widths = { wide: 960, narrow: 350 };

const style = `.texts { list-style: none; padding: 0; margin: 0; display: grid; gap: 1.2rem; }
.texts > li { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .8rem 1rem; content-visibility: auto; contain-intrinsic-size: auto 14rem; }
.texts h2 { margin: 0 0 .3rem; font-size: .9rem; overflow-wrap: anywhere; }
.texts .narrow { display: none; } .texts svg { display: block; max-width: 100%; height: auto; }
.texts summary { color: var(--soft); font-size: .85rem; cursor: pointer; }
.texts ul { margin: .4rem 0 0; padding-left: 1.2rem; font-size: .88rem; overflow-wrap: anywhere; }
@media (max-width: 64rem) { .texts .wide { display: none; } .texts .narrow { display: block; } }`;

/** One self-contained page on texts with what was found in them: pictures, probabilities and a list. No script, no network. */
export class PredictionsPage {
  readonly #end: string;
  /** The head of the page, up to the first text. */
  readonly beginning: string;
  readonly #names = new Set<string>();
  #texts = 0;
  #entities = 0;
  #relations = 0;

  constructor({ title, subtitle }: { readonly title: string; readonly subtitle?: string }) {
    const gap = "<!-- texts -->";
    const main = { markup: `<style>${style}</style><ol class="texts">${gap}` };
    const page = frame({
      title,
      subtitle,
      main,
      footer: "Written by Relata. Percentages are probabilities of the model.",
    });
    // The title is escaped, so that this comment stands once.
    const [beginning, end] = page.split(gap);
    this.beginning = beginning!;
    this.#end = end!;
  }

  /** The part of the page on the next text; empty for texts beyond those that are drawn. */
  text(document: Document): string {
    this.#texts++;
    this.#entities += document.entities.length;
    this.#relations += document.relations.length;
    if (this.#texts > mostTexts) return "";
    const { entities, relations } = document;
    for (const { type } of entities) this.#names.add(type);
    for (const { label } of relations) this.#names.add(label);
    const picture = (kind: keyof typeof widths): Html => ({
      markup: `<div class="${kind}">${renderSvg(document, { width: widths[kind], names: [...this.#names], style: false })}</div>`,
    });
    return html`<li id="t${this.#texts}">
      <h2><bdi>${document.id || String(this.#texts)}</bdi></h2>
      ${picture("wide")} ${picture("narrow")} ${relationList(document)}
    </li> `.markup;
  }

  /** The end of the page, after the last text, with counts. */
  ending(): string {
    const left = this.#texts - mostTexts;
    const { markup } = html`</ol>
      <p class="note">
        ${plural(this.#texts, "text")}, ${this.#entities} ${this.#entities === 1 ? "entity" : "entities"}, ${plural(this.#relations, "relation")}.
        ${left > 0 ? `Only the first ${mostTexts} are drawn; ${plural(left, "text")} more are counted here alone.` : undefined}
      </p>`;
    return markup + this.#end;
  }
}

function relationList({ text, entities, relations }: Document): Html {
  if (relations.length === 0) return html`<p class="note">No relation was found.</p>`;
  const name = (position: number): Html => {
    const { start, end } = entities[position]!;
    return html`<bdi>${text.slice(start, end)}</bdi>`;
  };
  return html`<details>
    <summary>${plural(relations.length, "relation")}</summary>
    <ul>
      ${relations.map(
        ({ head, tail, label, probability }) =>
          html`<li>
            ${name(head)} → <b><bdi>${label}</bdi></b> → ${name(tail)}
            ${probability === undefined ? undefined : `${(100 * probability).toFixed(1)} %`}
          </li>`,
      )}
    </ul>
  </details>`;
}
