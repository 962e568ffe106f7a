import { repeatCounter } from "../../corpus/copies/repeats.ts";
import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument } from "../../formats/format.ts";
import { CorpusReading } from "../../formats/reading.ts";
import type { FormatSettings } from "../../formats/settings.ts";
import { checkPairs, type DocumentInput } from "./prediction-input.ts";

const messages = {
  repeated: "texts with the id and words of an earlier one, each answered; an answer names its text by the id alone",
  shared:
    'texts with the id of an earlier one and other words (1 and "1" are one id), each answered; give each its own id, by ' +
    "which its answer is found again",
};

type Pairs = readonly (readonly [head: number, tail: number])[];

/** The reading of texts to be labelled: as any other, and with the pairs that a record asks for. */
export class PredictionReading extends CorpusReading {
  readonly #asked = new WeakMap<Document, Pairs>();
  #ofThisRecord: Pairs | undefined;

  readonly findsEntities: boolean;
  readonly #count: (document: Document) => void;

  /**
   * @param finds whether the model finds the entities of a text, so that a record may lack them
   * @param remembered of so many texts, those that share an id are reported; of all if not given
   */
  constructor(settings: FormatSettings, finds: boolean, remembered?: number) {
    super({ settings, uniqueIds: false });
    this.findsEntities = finds;
    this.#count = repeatCounter(this.notices, messages, remembered);
  }

  askPairs(pairs: Pairs): void {
    this.#ofThisRecord = pairs;
  }

  override record(at: SourceLocation, parse: (notices: NoticeLog) => RawDocument | undefined): Document | undefined {
    this.#ofThisRecord = undefined;
    const document = super.record(at, (notices) => {
      const raw = parse(notices);
      if (raw && this.#ofThisRecord) checkPairs(this.#ofThisRecord, raw.entities.length, at);
      return raw;
    });
    if (document && this.#ofThisRecord) this.#asked.set(document, this.#ofThisRecord);
    return document;
  }

  /** The input for the model from a document of this reading. */
  inputOf(document: Document): DocumentInput {
    this.#count(document);
    const { id, text, entities, metadata, source } = document;
    const pairs = this.#asked.get(document);
    return {
      id,
      text,
      entities,
      ...(pairs ? { pairs } : {}),
      ...(metadata ? { metadata } : {}),
      ...(source ? { source } : {}),
    };
  }
}
