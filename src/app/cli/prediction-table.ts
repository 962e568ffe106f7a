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
    ...listed.map((answer) => ({
      what: `${names[answer.head]} → ${names[answer.tail]}:`,
      answer,
      why: reasonOf(answer, noRelationLabel),
    })),
    ...entities.flatMap((answer, i) =>
      (answer.label ?? answer.unscored) ? [{ what: `${names[i]}:`, answer, why: "" }] : [],
    ),
  ];
  const width = rows.reduce((most, { what }) => Math.max(most, displayWidth(what)), 0);
  const unscored = relations.filter((answer) => answer.unscored !== undefined).length;
  const others = relations.length - listed.length;
  return {
    lines: rows.map(
      ({ what, answer, why }) => `${what}${" ".repeat(width - displayWidth(what))}  ${answerText(answer, why)}`,
    ),
    notes: [
      ...reasonNotes(listed, noRelationLabel),
      ...(others === 0
        ? []
        : [
            `${plural(others, "pair")} without a relation${unscored > 0 ? ` (${unscored} of them not scored)` : ""} not listed; --json has all.`,
          ]),
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
  readonly threshold?: number;
  readonly ruledOut?: string;
}

/** The most probable label, if the answer is another one. */
function overruled({ label, probability = 0, probabilities = {} }: Answer): string | undefined {
  const [best, most = 0] = Object.entries(probabilities).reduce(
    (best, other) => (other[1] > (best[1] ?? 0) ? other : best),
    [] as [string?, number?],
  );
  return best !== label && most > probability ? best : undefined;
}

/** Why the label is given although another one is more probable; "" if none is. */
function reasonOf(answer: Answer, noRelationLabel: string | undefined): string {
  const best = overruled(answer);
  if (best === undefined) return "";
  const { label, threshold } = answer;
  if (threshold === undefined) return `but the model decided for ${label}`;
  const least = threshold.toFixed(3);
  return label === noRelationLabel
    ? `but ${best} is given only from ${least} on`
    : `but ${label} is given from ${least} on`;
}

/** Explains the reasons, once for each kind of them. */
function reasonNotes(answers: readonly Answer[], noRelationLabel: string | undefined): string[] {
  const reasons = answers.filter((answer) => reasonOf(answer, noRelationLabel) !== "");
  const byThreshold = reasons.filter(({ threshold }) => threshold !== undefined).length;
  const notes: string[] = [];
  const say = (count: number, why: string): void => {
    if (count > 0) notes.push(`${plural(count, "answer")} not the label with the highest probability: ${why}`);
  };
  say(
    byThreshold,
    "the model learnt from which probability on a relation is given (relata model info names them; --thresholds of train). " +
      "Take the label as the answer.",
  );
  say(
    reasons.length - byThreshold,
    "the model decides first; calibration then corrects the probabilities, so that they say how often such answers are " +
      "right, and changes no answer. Take the label as the answer (docs/trust.md).",
  );
  return notes;
}

function answerText(answer: Answer, why: string): string {
  const { label, labels, probability, probabilities = {}, unscored, ruledOut, abstained } = answer;
  if (unscored !== undefined) return `not scored, ${unscored}`;
  if (ruledOut !== undefined) return `${label}, not asked: ${ruledOut}`;
  const given = labels ?? [label];
  const others = Object.entries(probabilities)
    .filter(([other]) => !given.includes(other))
    .sort(([, a], [, b]) => b - a)
    .slice(0, 2)
    .map(([other, value]) => `${other} ${value.toFixed(3)}`);
  const first = `${abstained ? "abstained, best guess " : ""}${label} ${probability?.toFixed(3)}`;
  const more = (labels ?? []).slice(1).map((other) => `${other} ${probabilities[other]?.toFixed(3)}`);
  const beside = others.join(", ") + (why === "" ? "" : `, ${why}`);
  return [first, ...more].join(", ") + (others.length > 0 ? `   (${beside})` : "");
}
