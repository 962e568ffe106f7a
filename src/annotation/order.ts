/** A pair of entities as a model labels it. */
export interface JudgedPair {
  readonly label: string;
  /** By label. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** A document that waits to be annotated, as a model sees it. */
export interface Waiting {
  readonly text: string;
  readonly pairs: readonly JudgedPair[];
}

export interface OrderOptions {
  readonly noRelationLabel: string | undefined;
  /** How often each relation was annotated so far. */
  readonly counts: ReadonlyMap<string, number>;
  /** Texts that were annotated before, from which the next ones should differ. */
  readonly done: readonly string[];
  /** Places that are chosen with regard to each other; those after them follow by their own score. */
  readonly first?: number;
}

/** The reasons for the place of a document, each from 0 to 1. */
export interface Usefulness {
  readonly index: number;
  readonly uncertainty: number;
  readonly rarity: number;
  readonly diversity: number;
}

/** The pairs of a document that decide how uncertain it is: a long text is not uncertain by its many easy pairs. */
const hardest = 6;

/** How little the two most probable labels of the hardest pairs differ. */
function uncertaintyOf(pairs: readonly JudgedPair[]): number {
  const doubts = pairs.map(({ probabilities }) => {
    const [first = 1, second = 0] = Object.values(probabilities).sort((a, b) => b - a);
    return 1 - (first - second);
  });
  const chosen = doubts.sort((a, b) => b - a).slice(0, hardest);
  return chosen.reduce((sum, doubt) => sum + doubt, 0) / hardest;
}

/** How many relations of few examples a document is likely to have; those that were never seen count most. */
function rarityOf(
  pairs: readonly JudgedPair[],
  { noRelationLabel, counts }: Pick<OrderOptions, "noRelationLabel" | "counts">,
): number {
  const expected = new Map<string, number>();
  for (const { probabilities } of pairs)
    for (const [label, probability] of Object.entries(probabilities))
      if (label !== noRelationLabel) expected.set(label, (expected.get(label) ?? 0) + probability);
  let sum = 0;
  for (const [label, amount] of expected) sum += Math.min(1, amount) / Math.sqrt(1 + (counts.get(label) ?? 0));
  return Math.min(1, sum);
}

type Bag = ReadonlyMap<string, number>;

/** The words of a text by how much they say: rare ones among all texts say more. */
function bagsOf(texts: readonly string[]): Bag[] {
  const words = texts.map((text) => text.toLowerCase().match(/\p{L}+/gu) ?? []);
  const documents = new Map<string, number>();
  for (const list of words) for (const word of new Set(list)) documents.set(word, (documents.get(word) ?? 0) + 1);
  return words.map((list) => {
    const bag = new Map<string, number>();
    for (const word of list) bag.set(word, (bag.get(word) ?? 0) + Math.log(1 + texts.length / documents.get(word)!));
    const length = Math.hypot(...bag.values()) || 1;
    for (const [word, weight] of bag) bag.set(word, weight / length);
    return bag;
  });
}

function similarity(a: Bag, b: Bag): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [word, weight] of small) sum += weight * (large.get(word) ?? 0);
  return sum;
}

const weights = { uncertainty: 0.5, rarity: 0.25, diversity: 0.25 };

/**
 * Orders documents by what a model would learn from them: those that it is unsure of, those with relations of which it
 * has few examples, those unlike the ones before. On ties the first of the file comes first.
 */
export function orderOf(waiting: readonly Waiting[], options: OrderOptions): Usefulness[] {
  const { done, first = 40 } = options;
  const bags = bagsOf([...waiting.map(({ text }) => text), ...done]);
  const doneBags = bags.slice(waiting.length);
  const own = waiting.map(({ pairs }) => ({ uncertainty: uncertaintyOf(pairs), rarity: rarityOf(pairs, options) }));
  const nearest = waiting.map((_, i) => Math.max(0, ...doneBags.map((bag) => similarity(bags[i]!, bag))));
  const useful = (index: number): Usefulness => ({ index, ...own[index]!, diversity: 1 - nearest[index]! });
  const left = new Set(waiting.keys());
  const order: Usefulness[] = [];
  while (left.size > 0 && order.length < first) {
    let best: Usefulness | undefined;
    for (const index of left) {
      const one = useful(index);
      if (best === undefined || scoreOf(one) > scoreOf(best)) best = one;
    }
    order.push(best!);
    left.delete(best!.index);
    for (const index of left) nearest[index] = Math.max(nearest[index]!, similarity(bags[index]!, bags[best!.index]!));
  }
  const rest = [...left].map(useful).sort((a, b) => scoreOf(b) - scoreOf(a) || a.index - b.index);
  return [...order, ...rest];
}

export const scoreOf = ({ uncertainty, rarity, diversity }: Omit<Usefulness, "index">): number =>
  weights.uncertainty * uncertainty + weights.rarity * rarity + weights.diversity * diversity;
