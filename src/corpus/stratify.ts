import { shuffled, type Random } from "../random.ts";

/** Documents that go to one part together. */
export interface StratifiedGroup {
  readonly size: number;
  /** Number of occurrences of each label in the group. */
  readonly labels: ReadonlyMap<string, number>;
}

/**
 * Assigns groups to parts so that each part gets about its share of every label, by iterative stratification (Sechidis,
 * Tsoumakas and Vlahavas 2011): the label with the fewest groups left comes first, and each of its groups goes to the
 * part that still lacks most of the label. Unlike in the article, a part takes no group for which it lacks room as long
 * as another part has room; groups of one member therefore give parts of exactly `sizes`. Labels count as often as they
 * occur. No part stays empty.
 * @param sizes sizes of the parts; they sum to the size of all groups
 * @param stream decides ties, and the order of groups of one size
 * @returns the part of each group; there must be at least as many groups as parts
 */
export function stratify(groups: readonly StratifiedGroup[], sizes: readonly number[], stream: Random): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const room = [...sizes];
  const lacking = new Map<string, number[]>();
  const left = new Map<string, Set<number>>();
  // Large groups are assigned first, while there is room for them.
  const order = shuffled([...groups.keys()], stream).sort((a, b) => groups[b]!.size - groups[a]!.size);
  for (const group of order) {
    for (const [label, count] of groups[group]!.labels) {
      const shares = lacking.get(label) ?? sizes.map(() => 0);
      lacking.set(label, shares);
      for (const [part, size] of sizes.entries()) shares[part]! += (count * size) / total;
      const of = left.get(label);
      if (of) of.add(group);
      else left.set(label, new Set([group]));
    }
  }

  const parts: number[] = groups.map(() => -1);
  const deal = (group: number, lack: (part: number) => number): void => {
    const { size, labels } = groups[group]!;
    const roomy = room.flatMap((free, part) => (free >= size ? [part] : []));
    const part = greatest(roomy.length > 0 ? roomy : [...room.keys()], roomy.length > 0 ? lack : (part) => room[part]!);
    parts[group] = part;
    room[part]! -= size;
    for (const [label, count] of labels) {
      lacking.get(label)![part]! -= count;
      left.get(label)!.delete(group);
    }
  };
  /** The part that lacks most; on ties the one with the most room; on further ties a random one. */
  const greatest = (candidates: readonly number[], lack: (part: number) => number): number => {
    const most = (values: readonly number[], of: (part: number) => number): number[] => {
      const best = Math.max(...values.map(of));
      return values.filter((part) => of(part) === best);
    };
    const best = most(most(candidates, lack), (part) => room[part]!);
    return best[best.length === 1 ? 0 : stream.below(best.length)]!;
  };

  while (left.size > 0) {
    const label = rarest(left);
    const groupsOfLabel = [...left.get(label)!];
    for (const group of groupsOfLabel) deal(group, (part) => lacking.get(label)![part]!);
    left.delete(label);
    for (const [other, of] of left) if (of.size === 0) left.delete(other);
  }
  for (const group of order) if (parts[group] === -1) deal(group, (part) => room[part]!);
  fillEmptyParts(parts, groups, sizes.length);
  return parts;
}

function rarest(left: ReadonlyMap<string, ReadonlySet<number>>): string {
  let label = "";
  let fewest = Infinity;
  for (const [candidate, { size }] of left) {
    if (size < fewest || (size === fewest && candidate < label)) [label, fewest] = [candidate, size];
  }
  return label;
}

/**
 * Moves the smallest group that is not alone in its part into each empty part; parts are empty only if groups are
 * large.
 */
function fillEmptyParts(parts: number[], groups: readonly StratifiedGroup[], count: number): void {
  const groupsIn = Array.from({ length: count }, () => 0);
  for (const part of parts) groupsIn[part]!++;
  for (let part = 0; part < count; part++) {
    if (groupsIn[part]! > 0) continue;
    const movable = [...groups.keys()].filter((group) => groupsIn[parts[group]!]! > 1);
    const smallest = movable.reduce((best, group) => (groups[group]!.size < groups[best]!.size ? group : best));
    groupsIn[parts[smallest]!]!--;
    groupsIn[part]!++;
    parts[smallest] = part;
  }
}
