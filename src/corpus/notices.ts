import { formatLocation, type SourceLocation } from "../errors.ts";
import { isNothing, nothing, plus, type Amounts } from "./amounts.ts";

/** A place, with what was found there if the notice's message cannot say it for all places. */
export interface NoticeLocation extends SourceLocation {
  readonly detail?: string | undefined;
}

/** Something left out or treated specially, reported once for all its places. */
export interface Notice {
  /** Stable name of the kind, such as `self-loop`. */
  readonly code: string;
  /** The things and their treatment, in words that fit any count: `relations of an entity with itself, left out`. */
  readonly message: string;
  readonly count: number;
  /** The denominator, in the unit of `count`; absent if it is unknown. */
  readonly total?: number;
  /** The first 5 places. */
  readonly locations: readonly NoticeLocation[];
  /** Amounts that were left out; absent if everything is kept. */
  readonly lost?: Amounts;
}

const locationsKept = 5;

interface Entry {
  message: string;
  count: number;
  total: number | undefined;
  /** Absent until there is one; most entries only count a total. */
  locations: NoticeLocation[] | undefined;
  lost: Amounts;
}

function keep(entry: Entry, locations: readonly NoticeLocation[]): void {
  const kept = (entry.locations ??= []);
  if (kept.length < locationsKept) kept.push(...locations.slice(0, locationsKept - kept.length));
}

/** Counts notices by code. The first message given for a code is the one reported. */
export class NoticeLog {
  readonly #entries = new Map<string, Entry>();

  /** Adds one notice of this code, or several of one place. */
  add(code: string, message: string, at?: NoticeLocation, count = 1): void {
    const entry = this.#entry(code);
    entry.message ||= message;
    entry.count += count;
    if (at) keep(entry, [at]);
  }

  /**
   * Adds one notice of this code with the amounts that are left out. Everything left out is reported through this
   * method, so that it is counted.
   */
  lose(code: string, message: string, at: NoticeLocation | undefined, lost: Partial<Amounts>): void {
    this.add(code, message, at);
    const entry = this.#entry(code);
    entry.lost = plus(entry.lost, lost);
  }

  /** Sum of all amounts that were left out. */
  get lost(): Amounts {
    let sum = nothing;
    for (const { lost } of this.#entries.values()) if (lost !== nothing) sum = plus(sum, lost);
    return sum;
  }

  /** Sets the denominator for this code. May be called before the first `add`. */
  setTotal(code: string, total: number): void {
    this.#entry(code).total = total;
  }

  /** Adds to the denominator, for callers that see the whole in parts. */
  addToTotal(code: string, amount: number): void {
    const entry = this.#entry(code);
    entry.total = (entry.total ?? 0) + amount;
  }

  /** Adds the counts of another log, including its totals. */
  merge(other: NoticeLog): void {
    for (const [code, { message, count, total, locations, lost }] of other.#entries) {
      const entry = this.#entry(code);
      entry.message ||= message;
      entry.count += count;
      if (lost !== nothing) entry.lost = plus(entry.lost, lost);
      if (total !== undefined) this.addToTotal(code, total);
      if (locations) keep(entry, locations);
    }
  }

  /** The notices that occurred at least once, in the order in which their codes were first named. */
  list(): Notice[] {
    return [...this.#entries]
      .filter(([, { count }]) => count > 0)
      .map(([code, { message, count, total, locations, lost }]) => ({
        code,
        message,
        count,
        ...(total === undefined ? {} : { total }),
        locations: [...(locations ?? [])],
        ...(isNothing(lost) ? {} : { lost }),
      }));
  }

  #entry(code: string): Entry {
    let entry = this.#entries.get(code);
    if (!entry) {
      entry = { message: "", count: 0, total: undefined, locations: undefined, lost: nothing };
      this.#entries.set(code, entry);
    }
    return entry;
  }
}

const placesShown = 3;

const formatPlace = ({ detail, ...at }: NoticeLocation): string => formatLocation(at, detail);

function formatShare(count: number, total: number): string {
  const percent = (100 * count) / total;
  return percent > 0 && percent < 0.1 ? "< 0.1 %" : `${percent.toFixed(1)} %`;
}

/** `relations of an entity with itself, left out: 2 of 40 (5.0 %), at a.jsonlines:1, a.jsonlines:7`; one line. */
export const formatNotice = (notice: Notice): string => formatWithPlaces(notice, placesShown);

/** The same with every place that the notice keeps. */
export const formatNoticeInFull = (notice: Notice): string => formatWithPlaces(notice, locationsKept);

function formatWithPlaces({ message, count, total, locations }: Notice, places: number): string {
  const share = total ? ` of ${total} (${formatShare(count, total)})` : "";
  const shown = locations.slice(0, places);
  const named = shown.map(formatPlace).join(", ");
  const more = count > shown.length ? ", …" : "";
  return `${message}: ${count}${share}${named && `, at ${named}${more}`}`;
}
