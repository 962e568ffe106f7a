/**
 * Severity: `error` if training and scoring refuse the data, `warning` if it is probably a mistake or is left out,
 * `info` if it is only worth knowing.
 */
export type Severity = "error" | "warning" | "info";

export const severities = ["error", "warning", "info"] as const satisfies readonly Severity[];

interface ProblemKind {
  readonly severity: Severity;
  /** The kind in words that fit any count. */
  readonly title: string;
  /** Advice for all problems of the kind. */
  readonly advice: string;
}

const error = (title: string, advice: string): ProblemKind => ({ severity: "error", title, advice });
const warning = (title: string, advice: string): ProblemKind => ({ severity: "warning", title, advice });
const info = (title: string, advice: string): ProblemKind => ({ severity: "info", title, advice });

const kinds = {
  // Files
  "file-without-records": error("files without a record", "Training and scoring refuse them. Was the export finished?"),
  "column-missing": error(
    'tables without a column "label" or "relation"',
    "Training and scoring refuse them, prediction does not: each pair would count as having no relation. Rename the " +
      'column, or name it with --fields label=COLUMN; a table of unrelated pairs has an empty column "label".',
  ),

  // Records
  "record-invalid": error(
    "records that cannot be read",
    "Mend the record or remove it; nothing else of it was checked.",
  ),
  "encoding-invalid": error(
    "records that are not UTF-8",
    "Save the file as UTF-8, then check again: offsets may have been counted in the other encoding.",
  ),
  "entity-duplicate-id": error(
    "ids that two entities of a document share",
    "Give each entity its own id; nothing else of the document was checked.",
  ),
  "relation-unknown-entity": error(
    "relations with an end that does not exist",
    "Remove the relation or bring its entity back; nothing else of the document was checked.",
  ),

  // Spans
  "span-outside-text": error("spans that lie outside of the text", "Was the text shortened after annotation?"),
  "span-reversed": error("spans that end before they begin", "Exchange start and end if that gives what was meant."),
  "span-empty": error("spans of no character", "Mark what was meant, or remove the entity."),
  "span-cuts-character": error(
    "spans that cut a character in two (a surrogate pair)",
    "The offsets were probably counted in another unit: see --offset-unit.",
  ),
  "span-only-white-space": error("spans of nothing but white space", "Mark what was meant, or remove the entity."),
  "offsets-other-unit": warning(
    "documents whose offsets count another unit",
    "Offsets must count what the format's tool counts, or be read with --offset-unit.",
  ),
  "offsets-shifted": warning(
    "documents whose offsets are all shifted by the same amount",
    "Was something put before the text, or taken away there, after annotation?",
  ),
  "surface-mismatch": warning(
    "entities whose recorded text is not what stands at their offsets",
    "Training goes by the offsets. Was the text edited after annotation?",
  ),
  "span-white-space": warning(
    "spans that begin or end with white space",
    "The model reads such spans as they are; the same mention is then marked in two ways.",
  ),
  "span-cuts-word": warning(
    "spans that begin or end inside of a word",
    "Was the text edited after annotation, or are the offsets off?",
  ),
  "entity-duplicate": info(
    "entities on the same characters and with the same type as an earlier one",
    "Relations are perhaps spread over the two: keep one of them.",
  ),

  // Relations
  "relation-empty-label": error("relations with an empty label", "Name the relation or remove it."),
  "relation-duplicate": warning("relations that repeat an earlier one", "They count once."),
  "relation-contradictory": warning(
    "pairs annotated to have a relation and to have none",
    "Decide which it is; training keeps what comes first.",
  ),
  "relation-several-labels": warning(
    "pairs with several labels",
    "A classifier with one label a pair learns the first in file order and leaves the others out.",
  ),
  "relation-self-loop": warning(
    "relations of an entity with itself",
    "They are no pairs, and are left out of training and scores. A property of one entity is better expressed by its type.",
  ),
  "relation-both-directions": warning(
    "pairs with a relation in both directions, where its label has one direction",
    "One of the two is probably a slip.",
  ),
  "relation-missing-inverse": warning(
    "relations without the one in the other direction that their like nearly always have",
    "Was the other direction forgotten?",
  ),
  "relation-not-in-schema": warning(
    "relations that the schema of --schema does not have",
    "Rename them, or add them to the schema.",
  ),
  "relation-against-schema": warning(
    "relations between types that the schema of --schema does not allow for them",
    "Mend the label or the type of an entity, or allow the types in the schema.",
  ),
  "relation-unlikely-types": warning(
    "relations between types that their label otherwise does not join",
    "Is the label wrong, or the type of an entity, or are head and tail exchanged?",
  ),

  // Labels
  "label-white-space": warning("labels with white space around them", "They are read without it."),
  "label-typo": warning(
    "relation labels that look like another one misspelled",
    "Each spelling is learnt as a relation of its own.",
  ),
  "entity-type-typo": warning(
    "entity types that look like another one misspelled",
    "Each spelling counts as a type of its own.",
  ),
  "label-means-none": warning(
    "labels that seem to say that there is no relation",
    "Name it with --no-relation-label, or it is learnt as a relation.",
  ),

  // Documents
  "document-duplicate-id": error(
    "document ids that were read before",
    "Give each text its own id; different texts in different files are told apart by the name of their file. --fix leaves out what only repeats.",
  ),
  "document-copy": warning(
    "documents of the id and text of one in another file",
    "Did several people annotate it? --annotator chooses among copies, data stats counts how far they agree.",
  ),
  "document-duplicate-text": warning(
    "documents with the text of an earlier one",
    "They stay together in a split, and the text weighs twice.",
  ),
  "document-near-duplicate": warning(
    "documents with nearly the text of an earlier one",
    "A split may put one on each side: the score then counts what was learnt by heart.",
  ),
  "document-empty-text": warning("documents without a text", "Remove them; training leaves them out."),
  "document-without-pairs": info(
    "documents of fewer than two entities, so without a pair",
    "Training and scoring leave them out.",
  ),
  "document-without-relations": info(
    "documents with entities and no relation",
    "Annotated as having none, or never annotated? All their pairs are learnt as having no relation.",
  ),

  // Encoding
  "text-nul": warning("texts with NUL characters", "Few tools pass them on; the export was probably damaged."),
  "text-lone-surrogate": warning(
    "texts with half of a surrogate pair",
    "A program cut a character in two: offsets after it may be off.",
  ),
  "text-replacement-character": warning(
    "texts with replacement characters (U+FFFD)",
    "Characters were lost in an earlier conversion.",
  ),
  "text-mis-decoded": warning(
    "texts that look like UTF-8 once read in another encoding",
    "Decode the source anew as UTF-8; the offsets then change.",
  ),
  "text-byte-order-mark": info("texts with a byte-order mark in them", "It counts as a character in the offsets."),
  "text-crlf": info(
    "texts whose lines end in CR LF",
    "Offsets are off by one a line where a tool counted such an end as one character.",
  ),
  "file-byte-order-mark": info("files that begin with a byte-order mark", "It is skipped."),
  "file-crlf": info("files whose lines end in CR LF", "They are read like those with LF."),
} as const;

export type ProblemCode = keyof typeof kinds;

/** Every kind of problem, in the order in which they are shown among those of one severity. */
export const problemKinds: Readonly<Record<ProblemCode, ProblemKind>> = kinds;

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problemKinds, code);
