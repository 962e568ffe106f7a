import { quote } from "../../quote.ts";
import { formatLocation } from "../../errors.ts";
import type { RawDocument } from "../../formats/format.ts";
import { placeOf, problem, type Place, type Problem } from "../problem.ts";
import type { InspectionSettings } from "../settings.ts";
import { Sketches } from "../sketches.ts";
import { hash53, wordTriples } from "../../corpus/text-hash.ts";

interface Known {
  readonly place: Place;
  readonly annotation: number;
  /** Whether it is a record of one pair. */
  readonly isOfPair: boolean;
}

/** Texts with fewer word triples are compared only for equality. */
const fewestTriples = 5;

/**
 * Finds texts that occur again, exactly or nearly. Where a record holds one pair, a text comes once for each of its pairs:
 * only a pair that comes again is reported. Keeps a few hundred bytes per text.
 */
export class DuplicateTexts {
  readonly #texts = new Map<number, Known>();
  /** By text and spans, of records of one pair. */
  readonly #pairs = new Map<number, Known>();
  readonly #sketches = new Sketches();
  readonly #sketched: Place[] = [];
  readonly #similarity: number;

  constructor({ similarity }: Pick<InspectionSettings, "similarity">) {
    this.#similarity = similarity;
  }

  *add(document: RawDocument): Generator<Problem> {
    const text = document.text.replace(/\s+/g, " ").trim();
    if (text === "") return;
    const place = placeOf(document);
    const annotation = hash53(annotationKey(document));
    const hash = hash53(text);
    const known = this.#texts.get(hash);
    const isOfPair = document.isOnePair === true && known?.isOfPair !== false;
    const same = isOfPair ? this.#samePair(text, document, { place, annotation }) : known;
    if (same) {
      const how = annotation === same.annotation ? "annotated alike" : "annotated otherwise";
      const message = `the text ${isOfPair ? "and pair " : ""}of ${named(same.place)}, ${how}: ${quote(text, 60)}`;
      yield problem("document-duplicate-text", place, { message });
    }
    if (known) return;
    this.#texts.set(hash, { place, annotation, isOfPair });
    const triples = wordTriples(text);
    if (triples.length < fewestTriples) return;
    this.#sketches.add(triples);
    this.#sketched.push(place);
  }

  /** The earlier record of a pair; this one is remembered if there is none. */
  #samePair(text: string, { entities }: RawDocument, record: Omit<Known, "isOfPair">): Known | undefined {
    const key = hash53(JSON.stringify([text, ...entities.map(({ start, end }) => [start, end])]));
    const earlier = this.#pairs.get(key);
    if (!earlier) this.#pairs.set(key, { ...record, isOfPair: true });
    return earlier;
  }

  *finish(): Generator<Problem> {
    for (const { item, earlier, similarity } of this.#sketches.similar(this.#similarity)) {
      const share = Math.min(99, Math.round(100 * similarity));
      const message = `shares about ${share} % of its word triples with ${named(this.#sketched[earlier]!)}`;
      yield problem("document-near-duplicate", this.#sketched[item]!, { message });
    }
  }
}

const named = ({ at, documentId = "" }: Place): string => `document ${quote(documentId, 40)} at ${formatLocation(at)}`;

/** A key of all annotations, whatever the order of entities and relations. */
function annotationKey({ entities, relations }: RawDocument): string {
  const spans = entities.map(({ start, end, type }) => JSON.stringify([start, end, type]));
  const joined = relations.map(({ head, tail, label }) => `${spans[head]} ${spans[tail]} ${label}`);
  return [...spans].sort().concat(joined.sort()).join("\n");
}
