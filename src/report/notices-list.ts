import { formatLocation, type SourceLocation } from "../errors.ts";
import { html } from "./html.ts";
import type { Html } from "./html.ts";

/** Something left out or treated specially; the `Notice` of the corpus is one. */
export interface ReportNotice {
  readonly message: string;
  readonly count?: number;
  /** Of how many; makes a percentage. */
  readonly total?: number;
  /** The first places where it was found. */
  readonly locations?: readonly (SourceLocation & { readonly detail?: string | undefined })[];
}

/** A list of the notices, each with its share and its first places. */
export function noticesList(all: readonly ReportNotice[]): Html {
  if (all.length === 0) return html`<p>Nothing was left out.</p>`;
  return html`<ul class="notices">
    ${all.map(
      ({ message, count, total, locations = [] }) =>
        html`<li>
          ${count === undefined ? undefined : html`<b>${shareText(count, total)}</b>`} ${message}
          ${locations.length === 0 ? undefined : html`<span class="source">${placesText(locations, count)}</span>`}
        </li>`,
    )}
  </ul>`;
}

function placesText(locations: NonNullable<ReportNotice["locations"]>, count = 0): string {
  const places = locations.map((at) => formatLocation(at, at.detail));
  return places.join(", ") + (count > locations.length ? ", …" : "");
}

const shareText = (count: number, total: number | undefined): string =>
  total === undefined || total === 0 ? String(count) : `${count} of ${total} (${((100 * count) / total).toFixed(1)} %)`;
