import { createHash } from "node:crypto";
import { html } from "./html.ts";
import type { Html, HtmlChild } from "./html.ts";
import { style } from "./style.ts";

export interface Page {
  readonly title: string;
  readonly subtitle?: string | undefined;
  readonly main: HtmlChild;
  readonly footer: string;
  /** A program of the page, which it must be of use without. */
  readonly script?: string;
  /** Whether the program may ask the server that the page is from. */
  readonly connects?: boolean;
}

/**
 * A whole page. Its content policy forbids everything that is not in it: fonts, images, the network, and every script but
 * its own, which is named by its hash.
 */
export function frame({ title, subtitle, main, footer, script, connects = false }: Page): string {
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    ...(script === undefined ? [] : [`script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`]),
    ...(connects ? ["connect-src 'self'"] : []),
  ].join("; ");
  const body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${{ markup: policy }}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          ${subtitle === undefined ? undefined : html`<p class="subtitle">${subtitle}</p>`}
        </header>
        <main>${main}</main>
        <footer>${footer}</footer>
        ${script === undefined ? undefined : { markup: `<script>${script}</script>` }}
      </body>
    </html> `;
  return `${body.markup.trim()}\n`;
}

export interface SectionOptions {
  /** The name that links on the page jump to. */
  readonly id?: string;
  /** The part of the documents that its figures are from. */
  readonly part?: string | undefined;
}

export const section = (
  title: string,
  content: readonly (Html | undefined)[],
  { id, part }: SectionOptions = {},
): Html =>
  html`<section ${id === undefined ? undefined : html`id="${id}"`}>
    <h2>${title} ${part === undefined ? undefined : html`<span class="part">${part}</span>`}</h2>
    ${content}
  </section>`;
