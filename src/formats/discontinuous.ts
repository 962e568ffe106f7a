import type { Span } from "../corpus/document.ts";
import type { NoticeLocation, NoticeLog } from "../corpus/notices.ts";
import type { FormatSettings } from "./settings.ts";

// Includes Python's line separators, at which brat breaks lines; JavaScript's \s lacks some of them.
// oxlint-disable-next-line no-control-regex -- see above
const onlyWhiteSpace = /^[\s\u001c-\u001f\u0085]*$/;

/** Joins fragments with only white space between them: brat writes one fragment per line for a single span. */
function glue(text: string, fragments: readonly Span[]): Span[] {
  const glued: Span[] = [];
  for (const { start, end } of fragments.toSorted((a, b) => a.start - b.start)) {
    const last = glued.at(-1);
    if (last && (start <= last.end || onlyWhiteSpace.test(text.slice(last.end, start)))) {
      glued[glued.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    } else glued.push({ start, end });
  }
  return glued;
}

const policies: Readonly<Record<FormatSettings["discontinuous"], string>> = {
  hull: "spans in several pieces, taken from the beginning of the first to the end of the last",
  first: "spans in several pieces, of which only the first is taken",
  skip: "spans in several pieces, left out",
};

/** The span that replaces the fragments; undefined if the entity is to be left out. */
export function wholeSpan(
  text: string,
  fragments: readonly Span[],
  { discontinuous }: Pick<FormatSettings, "discontinuous">,
  notices: NoticeLog,
  at: NoticeLocation,
): Span | undefined {
  // A reversed fragment is kept as it is, for the check of spans to report.
  if (fragments.length === 1) return fragments[0]!;
  const glued = glue(text, fragments);
  if (glued.length === 1) return glued[0]!;
  const lost = discontinuous === "skip" ? { entities: 1 } : {};
  notices.lose("discontinuous-span", policies[discontinuous], at, lost);
  if (discontinuous === "skip") return undefined;
  if (discontinuous === "first") return glued[0]!;
  return { start: glued[0]!.start, end: Math.max(...glued.map(({ end }) => end)) };
}
