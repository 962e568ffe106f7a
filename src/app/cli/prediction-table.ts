import type { DocumentPrediction } from "../../index.ts";
import { plural } from "../../report/words.ts";
import { displayWidth, shorten } from "../../report/text-table.ts";

/** The most pairs that are all listed; of more, those without a relation are counted instead. */
const mostPairs = 30;

/** The width of a mention in columns. */
const mentionWidth = 32;

/**
 * Makes a line for each pair or entity: its labels with probabilities and the runners-up; then counts the unlisted
 * pairs.
 */
export function predictionTable(
  { entities, relations }: DocumentPrediction,
  noRelationLabel: string | undefined,
): { readonly lines: readonly string[]; readonly notes: readonly string[] } {
  const names = namesOf(entities);
  const isRelated = ({ label, unscored }: Answer): boolean => unscored === undefined && label !== noRelationLabel;
  const listed = relations.length > mostPairs ? relations.filter(isRelated) : relations;
  const rows = [
    ...listed.map((answer) => ({ what: `${names[answer.head]} → ${names[answer.tail]}:`, answer })),
    ...entities.flatMap((answer, i) => ((answer.label ?? answer.unscored) ? [{ what: `${names[i]}:`, answer }] : [])),
  ];
  const width = rows.reduce((most, { what }) => Math.max(most, displayWidth(what)), 0);
  const unscored = relations.filter((answer) => answer.unscored !== undefined).length;
  const others = relations.length - listed.length;
  return {
    lines: rows.map(({ what, answer }) => `${what}${" ".repeat(width - displayWidth(what))}  ${answerText(answer)}`),
    notes:
      others === 0
        ? []
        : [
            `${plural(others, "pair")} without a relation${unscored > 0 ? ` (${unscored} of them not scored)` : ""} not listed; --json has all.`,
          ],
  };
}

/** The names of mentions in the table: their words, with offsets if two of them have the same words. */
function namesOf(
  entities: readonly { readonly text: string; readonly start: number; readonly end: number }[],
): string[] {
  const counts = new Map<string, number>();
  for (const { text } of entities) counts.set(text, (counts.get(text) ?? 0) + 1);
  return entities.map(({ text, start, end }) => {
    const short = shorten(text.replaceAll(/\s+/g, " "), mentionWidth);
    return counts.get(text) === 1 ? short : `${short}[${start}:${end}]`;
  });
}

interface Answer {
  readonly label?: string;
  readonly labels?: readonly string[];
  readonly probability?: number;
  readonly probabilities?: Readonly<Record<string, number>>;
  readonly unscored?: string;
  readonly abstained?: true;
}

function answerText(answer: Answer): string {
  const { label, labels, probability, probabilities = {}, unscored, abstained } = answer;
  if (unscored !== undefined) return `not scored, ${unscored}`;
  const given = labels ?? [label];
  const others = Object.entries(probabilities)
    .filter(([other]) => !given.includes(other))
    .sort(([, a], [, b]) => b - a)
    .slice(0, 2)
    .map(([other, value]) => `${other} ${value.toFixed(3)}`);
  const first = `${abstained ? "abstained, best guess " : ""}${label} ${probability?.toFixed(3)}`;
  const more = (labels ?? []).slice(1).map((other) => `${other} ${probabilities[other]?.toFixed(3)}`);
  return [first, ...more].join(", ") + (others.length > 0 ? `   (${others.join(", ")})` : "");
}
