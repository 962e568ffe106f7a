import { html } from "./html.ts";
import type { Html, HtmlChild } from "./html.ts";
import { style } from "./style.ts";

export interface Page {
  readonly title: string;
  readonly subtitle?: string | undefined;
  readonly main: HtmlChild;
  readonly footer: string;
}

/** A whole page. Its content policy forbids everything that is not in it: scripts, fonts, images, the network. */
export function frame({ title, subtitle, main, footer }: Page): string {
  const body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
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
      </body>
    </html> `;
  return `${body.markup.trim()}\n`;
}

export const section = (title: string, content: readonly (Html | undefined)[]): Html =>
  html`<section>
    <h2>${title}</h2>
    ${content}
  </section>`;
