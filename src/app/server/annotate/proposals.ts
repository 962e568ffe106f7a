import type { Document, DocumentPrediction } from "../../../index.ts";
import { checkDocuments } from "../relations.ts";
import type { Served } from "../served-model.ts";
import type { ServeConfig } from "../settings.ts";

export interface Proposal {
  readonly model: string;
  readonly version: string;
  readonly prediction: DocumentPrediction;
}

/** Texts that are asked for at once, so that annotators' own requests never wait for long. */
const batchSize = 4;

/** The current model's answer to each document, computed beside the requests of users. */
export class Proposals {
  readonly #model: Served;
  readonly #config: ServeConfig;
  readonly #byDocument = new Map<Document, Proposal>();
  readonly #stopping = new AbortController();
  #working: Promise<void> = Promise.resolve();
  /** Counts the changes, so that what is derived is computed once. */
  generation = 0;

  constructor(model: Served, config: ServeConfig) {
    this.#model = model;
    this.#config = config;
  }

  get count(): number {
    return this.#byDocument.size;
  }

  of(document: Document): Proposal | undefined {
    return this.#byDocument.get(document);
  }

  /** Asks for some documents now. Those that the model refuses have no proposal. */
  async ask(documents: readonly Document[]): Promise<void> {
    const { facts, version } = this.#model;
    if (!facts) return;
    const given = documents.map(({ text, entities }) =>
      facts.finds && entities.length === 0
        ? { text }
        : { text, entities: entities.map(({ start, end, type }) => ({ start, end, type })) },
    );
    const inputs = checkDocuments(given, facts, { ...this.#config, maxDocs: Infinity });
    const { signal } = this.#stopping;
    const answers = await this.#model.predict(inputs, { signal, isWanted: () => !signal.aborted });
    for (const [i, { prediction }] of answers.entries())
      this.#byDocument.set(documents[i]!, { model: this.#model.source, version, prediction });
    this.generation++;
  }

  /** Asks for all documents again, a few at a time; a later call takes the place of an earlier one. */
  refresh(documents: readonly Document[]): void {
    const round = Symbol("round");
    this.#round = round;
    this.#working = this.#working.then(async () => {
      for (let i = 0; i < documents.length && this.#round === round; i += batchSize) {
        if (this.#stopping.signal.aborted) return;
        const some = documents.slice(i, i + batchSize);
        // One that the model refuses leaves the others alone.
        await this.ask(some).catch(async () => {
          for (const one of some) await this.ask([one]).catch(() => {});
        });
      }
    });
  }
  #round: symbol | undefined;

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("The server is stopping."));
    await this.#working;
  }
}
