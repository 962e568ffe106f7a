import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { language, t } from "../words/language.ts";

/** Bytes of the weights that have come; the total is unknown where a server packs files on their way. */
export interface Downloaded {
  readonly loaded: number;
  readonly total?: number;
}

export const downloaded = signal<Downloaded | undefined>(undefined);

/** The download of a page without a server, which may be some hundred megabytes. */
export function Loading(): JSX.Element | null {
  const words = t.value;
  const state = downloaded.value;
  if (!state) return null;
  const megabytes = (bytes: number): string =>
    (bytes / 1e6).toLocaleString(language.value, { maximumFractionDigits: bytes < 1e7 ? 1 : 0 });
  const { loaded, total } = state;
  return (
    <p class="soft loading">
      {words.downloading(megabytes(loaded), total === undefined ? undefined : megabytes(total))}
      <progress
        aria-label={words.loading}
        {...(total === undefined ? {} : { max: Math.max(1, total), value: loaded })}
      />
    </p>
  );
}
