import type { RelationSchema } from "../corpus/schema.ts";
import type { RawDocument } from "../formats/format.ts";
import { RelationDirections } from "./checks/directions.ts";
import { checkContent, DocumentIds } from "./checks/documents.ts";
import { DuplicateTexts } from "./checks/duplicates.ts";
import { checkEncoding } from "./checks/encoding.ts";
import { LabelSpelling } from "./checks/labels.ts";
import { checkRelations } from "./checks/relations.ts";
import { checkSchema } from "./checks/schema.ts";
import { RelationSignatures } from "./checks/signatures.ts";
import { checkSpans } from "./checks/spans.ts";
import type { Problem } from "./problem.ts";
import type { InspectionSettings } from "./settings.ts";

/** A check of each document by itself; only these can offer fixes. */
type DocumentCheck = (document: RawDocument, settings: InspectionSettings) => Iterable<Problem>;

/** A check that has to see all documents, one after the other. It keeps counts and places, not documents. */
interface CorpusCheck {
  add(document: RawDocument): Iterable<Problem>;
  finish?(): Iterable<Problem>;
}

const documentChecks: readonly DocumentCheck[] = [checkEncoding, checkSpans, checkRelations, checkContent];

const corpusChecks = (settings: InspectionSettings, symmetricLabels: ReadonlySet<string>): readonly CorpusCheck[] => [
  new DocumentIds(),
  new DuplicateTexts(settings),
  new LabelSpelling(settings),
  new RelationSignatures(settings),
  new RelationDirections(settings, symmetricLabels),
];

/** Problems that one document shows by itself. */
export function* inspectDocument(document: RawDocument, settings: InspectionSettings): Generator<Problem> {
  for (const check of documentChecks) yield* check(document, settings);
}

/** Runs all checks over all documents. */
export class Inspection {
  readonly #settings: InspectionSettings;
  readonly #corpusChecks: readonly CorpusCheck[];
  readonly #schema: RelationSchema | undefined;

  /**
   * @param symmetricLabels may be filled while documents are added
   * @param schema what relations may join, if given
   */
  constructor(settings: InspectionSettings, symmetricLabels: ReadonlySet<string> = new Set(), schema?: RelationSchema) {
    this.#settings = settings;
    this.#schema = schema;
    this.#corpusChecks = corpusChecks(settings, symmetricLabels);
  }

  /** Problems of the document by itself and compared with the documents before it. */
  *add(document: RawDocument): Generator<Problem> {
    yield* inspectDocument(document, this.#settings);
    if (this.#schema) yield* checkSchema(document, this.#schema);
    for (const check of this.#corpusChecks) yield* check.add(document);
  }

  /** Problems that only the whole corpus shows. */
  *finish(): Generator<Problem> {
    for (const check of this.#corpusChecks) yield* check.finish?.() ?? [];
  }
}
