import type { Span } from "../../corpus/document.ts";
import type { PagePlace } from "./page.ts";

/** The place of a region: characters of a text; a path or global offsets in a page; or turns of a conversation. */
export type Spot =
  | ({ readonly kind: "offsets" } & Span)
  | {
      readonly kind: "page";
      readonly path: { readonly start: PagePlace; readonly end: PagePlace } | undefined;
      readonly global: Span | undefined;
    }
  | {
      readonly kind: "turns";
      readonly first: number;
      readonly start: number;
      readonly last: number;
      readonly end: number;
    };

export interface Region {
  readonly id: string | undefined;
  readonly objectName: string | undefined;
  readonly labels: Set<string>;
  readonly surface: string | undefined;
  readonly spot: Spot;
}
