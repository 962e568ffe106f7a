import { entityHead } from "./entity-head.ts";
import type { Head } from "./head.ts";
import { pairHead } from "./pair-head.ts";
import { spanHead } from "./span-head.ts";

/** Every head that Relata has. */
export const heads: readonly Head[] = [pairHead, entityHead, spanHead];
