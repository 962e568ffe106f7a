/** A text that might be labelled next, as a model answers it. */
export interface LabelCandidate {
  readonly id: string;
  readonly text: string;
  /** From 0, sure of everything, to 1. */
  readonly uncertainty: number;
  /** How often the model expects each label in the text. */
  readonly expected: ReadonlyMap<string, number>;
}

/** A chosen text, and why. */
export interface ChosenCandidate {
  /** The position among the candidates. */
  readonly index: number;
  readonly reason: "uncertain" | "rare";
  /** The label that the text has more of than its share, for `rare`. */
  readonly label?: string;
  /** The share of words that it has in common with the most alike text that was labelled or chosen before. */
  readonly similarity: number;
}

/** The share of texts that are chosen for their rare labels, unless another is given. */
export const usualRareShare = 0.3;

export interface ChoiceOptions {
  readonly count: number;
  /** The share of texts that are chosen for their rare labels, the others for the model's doubts. */
  readonly rareShare?: number;
  /** How often each label was annotated so far. */
  readonly labelled: ReadonlyMap<string, number>;
  /** Texts that were annotated so far. */
  readonly labelledTexts: readonly string[];
}

/** How often each entity type and each label of relations was annotated. */
export function countLabels(
  annotated: readonly {
    readonly entities: readonly { readonly type?: string | undefined }[];
    readonly relations: readonly { readonly label: string }[];
  }[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { entities, relations } of annotated)
    for (const label of [...entities.map(({ type }) => type ?? ""), ...relations.map((relation) => relation.label)])
      counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/** A doubt or rarity that leaves likeness the say where a model has none. */
const least = 1e-3;

/**
 * Chooses what to label next: in turns the text of which the model is least sure, and the one with most of a label that is rare so
 * far, each weighed by how little it is like any text that was labelled or chosen. A text equal to one of these comes last.
 */
export function chooseToLabel(
  candidates: readonly LabelCandidate[],
  { count, rareShare = usualRareShare, labelled, labelledTexts }: ChoiceOptions,
): ChosenCandidate[] {
  const words = candidates.map(({ text }) => wordsOf(text));
  const similarities = candidates.map(() => 0);
  const see = (other: ReadonlySet<string>): void => {
    for (const [i, own] of words.entries()) similarities[i] = Math.max(similarities[i]!, likeness(own, other));
  };
  for (const text of labelledTexts) see(wordsOf(text));
  const rarities = raritiesOf(candidates, labelled);
  const left = new Set(candidates.keys());
  const chosen: ChosenCandidate[] = [];
  while (chosen.length < count && left.size > 0) {
    const turn = chosen.length + 1;
    const isRare = Math.floor(turn * rareShare) > Math.floor((turn - 1) * rareShare);
    const valueOf = (i: number): number =>
      Math.max(least, isRare ? rarities[i]!.value : candidates[i]!.uncertainty) * (1 - similarities[i]!);
    const index = [...left].reduce((best, i) => (valueOf(i) > valueOf(best) ? i : best));
    const { label } = rarities[index]!;
    const similarity = similarities[index]!;
    chosen.push(
      isRare && label !== undefined
        ? { index, reason: "rare", label, similarity }
        : { index, reason: "uncertain", similarity },
    );
    left.delete(index);
    see(words[index]!);
  }
  return chosen;
}

interface Rarity {
  /** From 0 to 1. */
  readonly value: number;
  readonly label: string | undefined;
}

/** The expected labels of each text, each by how rare it is: an occurrence among few weighs more than one among many. */
function raritiesOf(candidates: readonly LabelCandidate[], labelled: ReadonlyMap<string, number>): Rarity[] {
  const labels = new Set([...labelled.keys(), ...candidates.flatMap(({ expected }) => [...expected.keys()])]);
  const totals = new Map(
    [...labels].map((label) => [
      label,
      (labelled.get(label) ?? 0) + candidates.reduce((sum, { expected }) => sum + (expected.get(label) ?? 0), 0),
    ]),
  );
  const weighed = candidates.map(({ expected }) => {
    const parts = [...expected].map(([label, amount]) => ({
      label,
      value: Math.min(1, amount) / (1 + totals.get(label)!),
    }));
    const most = parts.reduce<(typeof parts)[number] | undefined>(
      (a, b) => (a && a.value >= b.value ? a : b),
      undefined,
    );
    return { value: parts.reduce((sum, { value }) => sum + value, 0), label: most?.label };
  });
  const greatest = Math.max(...weighed.map(({ value }) => value), Number.MIN_VALUE);
  return weighed.map(({ value, label }) => ({ value: value / greatest, label }));
}

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []);

/** The share of words that two texts have in common (Jaccard). */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [few, many] = a.size <= b.size ? [a, b] : [b, a];
  let both = 0;
  for (const word of few) if (many.has(word)) both++;
  const all = a.size + b.size - both;
  return all === 0 ? 1 : both / all;
}
