import { styleText } from "node:util";
import {
  type CheckResult,
  countOf,
  formatExcerpt,
  formatLocation,
  formatNotice,
  isProblemCode,
  type Problem,
  problemKinds,
  type RepairResult,
  severities,
  type Severity,
} from "../../index.ts";
import { plural, quote } from "../../report/words.ts";
import { displayWidth } from "../../report/text-table.ts";
import { wrap } from "./wrap.ts";

type Style = Parameters<typeof styleText>[0];

export interface CheckLook {
  /** The width in terminal cells. */
  readonly width: number;
  readonly isColored: boolean;
}

interface Group {
  readonly problem: Problem;
  readonly examples: Problem[];
  count: number;
}

const severityStyles: Readonly<Record<Severity, Style>> = {
  error: ["bold", "red"],
  warning: ["bold", "yellow"],
  info: ["bold", "cyan"],
};

/** Formats problems by kind for the terminal: the first few of each, and their number. */
export class CheckView {
  readonly #groups = new Map<string, Group>();
  readonly #maxExamples: number;

  constructor({ maxExamples }: { readonly maxExamples: number }) {
    this.#maxExamples = maxExamples;
  }

  add(problem: Problem): void {
    let group = this.#groups.get(problem.code);
    if (!group) this.#groups.set(problem.code, (group = { problem, examples: [], count: 0 }));
    group.count += countOf(problem);
    keepExample(group.examples, problem, this.#maxExamples);
  }

  /** Sorts by severity, the gravest first, then in the order of problemKinds. */
  render(look: CheckLook): string {
    const codes = Object.keys(problemKinds);
    const place = ({ code, severity }: Problem): number =>
      severities.indexOf(severity) * 1000 + (isProblemCode(code) ? codes.indexOf(code) : codes.length);
    const groups = [...this.#groups.values()].sort((a, b) => place(a.problem) - place(b.problem));
    return groups.map((group) => renderGroup(group, look)).join("\n");
  }
}

/** Keeps the first examples; of those beyond, one of another wording replaces one that repeats a wording. */
function keepExample(examples: Problem[], problem: Problem, most: number): void {
  if (examples.length < most) {
    examples.push(problem);
    return;
  }
  const shapes = examples.map(shapeOf);
  if (shapes.includes(shapeOf(problem))) return;
  const repeated = shapes.findLastIndex((shape, i) => shapes.indexOf(shape) < i);
  if (repeated < 0) return;
  examples.splice(repeated, 1);
  examples.push(problem);
}

/** The message of a problem without the names and numbers of its place. */
const shapeOf = ({ message }: Problem): string =>
  message.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').replaceAll(/\d+/g, "0");

// They stand for styles, which have no width, while lines are wrapped; private use characters hardly occur in texts.
const [markStart, markEnd] = ["\uE000", "\uE001"];

function renderGroup({ problem: { code, severity, title }, examples, count }: Group, look: CheckLook): string {
  const paint = (style: Style, text: string): string => (look.isColored ? styleText(style, text) : text);
  const advice = isProblemCode(code) ? ` ${problemKinds[code].advice}` : "";
  const more = count - examples.length;
  return [
    `${paint(severityStyles[severity], severity)}  ${paint("bold", `${title}: ${count}`)}`,
    paint("dim", wrap(`  ${code}.${advice}`, look.width)),
    ...examples.map((example) => renderExample(example, look, paint)),
    ...(more > 0 && examples.length > 0 ? [paint("dim", `  … and ${more} more`)] : []),
    "",
  ].join("\n");
}

function renderExample(
  { at, documentId, title, message, excerpt, suggestion }: Problem,
  look: CheckLook,
  paint: (style: Style, text: string) => string,
): string {
  const place = formatLocation(at);
  const document = documentId === undefined ? "" : `document ${quote(documentId, 40)}`;
  const isNarrow = displayWidth(place) + displayWidth(document) + 4 > look.width;
  const fit = (text: string): string => wrap(`    ${text}`, look.width);
  const marked = (lines: string): string =>
    lines.replaceAll(new RegExp(`${markStart}([^${markEnd}]*)${markEnd}`, "g"), (_, text: string) =>
      text.replaceAll(/[^\n ][^\n]*|^ +$|^ +(?=\S)/g, (part) => paint("inverse", part)),
    );
  const mark = look.isColored ? (text: string): string => markStart + text + markEnd : undefined;
  return [
    `  ${paint("cyan", place)}${document && (isNarrow ? "\n    " : "  ")}${paint("dim", document)}`,
    ...(message === title ? [] : [fit(message)]),
    ...(excerpt ? [marked(fit(formatExcerpt(excerpt, mark)))] : []),
    ...(suggestion === undefined ? [] : [paint("green", fit(`→ ${suggestion}`))]),
  ].join("\n");
}

/** `1 error, 3 warnings and 2 notes in 40 documents with 614 entities and 1081 relations.` */
export function checkSummary({ problems, documents, unreadable, entities, relations }: CheckResult): string {
  const counts = [plural(problems.error, "error"), plural(problems.warning, "warning"), plural(problems.info, "note")];
  const found = counts.filter((count) => !count.startsWith("0 "));
  const within = `${plural(documents, "document")} with ${entities} entities and ${plural(relations, "relation")}`;
  const other = unreadable > 0 ? `; ${plural(unreadable, "record")} could not be read` : "";
  return `${found.length === 0 ? "No problem" : found.join(", ")} in ${within}${other}.`;
}

/** Makes a problem one JSON object. */
export const problemJson = (problem: Problem): object => {
  const { code, severity, at, documentId, message, spans, excerpt, suggestion, fix, count } = problem;
  const advice = isProblemCode(code) ? problemKinds[code].advice : undefined;
  return {
    code,
    severity,
    file: at.file,
    line: at.line,
    document: documentId,
    message,
    spans,
    excerpt: excerpt && formatExcerpt(excerpt),
    suggestion: suggestion ?? advice,
    fixable: fix !== undefined,
    ...(count === undefined ? {} : { count }),
  };
};

/** Formats repairs, and records that were not written, a line each. */
export function repairLines(output: string, result: RepairResult): string[] {
  const { format, isOtherFormat, documents, repairs, losses } = result;
  const why = isOtherFormat ? ", since the format of the data is only read" : "";
  return [
    ...(repairs.length === 0 ? ["Nothing could be repaired with certainty."] : []),
    ...repairs.map((notice) => `repaired: ${formatNotice(notice)}`),
    ...losses.map((notice) => `note: ${formatNotice(notice)}`),
    `${plural(documents, "document")} written to ${output} in the format ${format}${why}. What Relata does not read of a file is not in it.`,
  ];
}
