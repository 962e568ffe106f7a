import { basename, extname, join, resolve } from "node:path";
import {
  annotationsOf,
  asCandidate,
  chooseToLabel,
  countLabels,
  DataError,
  differencesOf,
  markedOf,
  nothingMarked,
  type Document,
  type LabelCandidate,
  type Marked,
} from "../../../index.ts";
import { Fault } from "../fault.ts";
import type { Served } from "../served-model.ts";
import type { ServeConfig } from "../settings.ts";
import { Journal } from "./journal.ts";
import { documentsOf, oneForEachText } from "./documents-of.ts";
import { lockFolder } from "./lock.ts";
import { MarkedDocument, type JournalLine } from "./marks.ts";
import { Proposals } from "./proposals.ts";
import type { ActsRequest } from "./schemas.ts";

export const orders = ["useful", "suspects", "file"] as const;
export type Order = (typeof orders)[number];

/** The reasons for the place of a document. */
interface Figures {
  /** How unsure the model is of it, from 0 to 1; absent where it has proposed nothing that it could be unsure of. */
  readonly uncertainty?: number;
  /** How surely the model contradicts the annotations of the file, from 0 to 1. */
  readonly suspicion: number;
  /** The label of which few are annotated, if the document has its place for that. */
  readonly rare?: string;
}

/** Places that are chosen with regard to each other; those after them follow by the model's doubts. */
const chosenTogether = 40;

interface Place {
  readonly number: number;
  readonly figures?: Figures;
}

/** The documents that are annotated in one server, and everything that was done to them. */
export class Project {
  readonly name: string;
  readonly folder: string;
  readonly documents: readonly MarkedDocument[];
  readonly model: Served;
  readonly proposals: Proposals;
  /** Notes of reading: losses of the documents, with their places. */
  readonly notes: readonly string[];
  readonly #journal: Journal;
  readonly #unlock: () => Promise<void>;
  readonly #ordered = new Map<Order, { readonly generation: string; readonly places: readonly Place[] }>();
  #acts = 0;
  #failure: string | undefined;

  private constructor(
    facts: {
      readonly name: string;
      readonly folder: string;
      readonly unlock: () => Promise<void>;
      readonly notes: readonly string[];
    },
    documents: readonly MarkedDocument[],
    journal: Journal,
    model: Served,
    config: ServeConfig,
  ) {
    this.name = facts.name;
    this.folder = facts.folder;
    this.notes = facts.notes;
    this.#unlock = facts.unlock;
    this.documents = documents;
    this.#journal = journal;
    this.model = model;
    this.proposals = new Proposals(model, config);
  }

  /**
   * Reads the documents and the journal beside them.
   * @throws UserError for data that cannot be read, a damaged journal, or a folder that another server annotates in
   */
  static async open(config: ServeConfig, model: Served, log: (line: string) => void): Promise<Project> {
    const data = config.annotate!;
    const name = basename(resolve(data), extname(data));
    const folder = config.annotations ?? join(resolve(data, ".."), `${name}-annotated`);
    const notes: string[] = [];
    const note = (line: string): void => {
      notes.push(line);
      log(`note: ${line}`);
    };
    const given = await documentsOf(data, (line) => notes.push(line), config.textUnit);
    const unlock = await lockFolder(folder);
    const path = join(folder, "journal.jsonl");
    const { journal, values, cut } = await Journal.open(path).catch(async (error: Error) => {
      await unlock();
      throw new DataError(
        `Cannot read the annotations in ${path}: ${error.message}. Mend the line, or move the file away.`,
      );
    });
    if (cut > 0) log(`note: the last line of ${path} was not whole, and was cut off: its act was never confirmed`);
    const acted = new Set((values as JournalLine[]).map(({ document }) => document));
    // Acts on the whole of a text file, from a time when nothing cut it, keep their document.
    const isWhole = config.textUnit === undefined && given.length > 1 && acted.has(name + extname(data));
    if (isWhole) notes.length = 0;
    const read = isWhole ? await documentsOf(data, note, "file") : given;
    if (!isWhole) notes.forEach((line) => log(`note: ${line}`));
    const held = oneForEachText(read, acted, note).map((document) => new MarkedDocument(document));
    const byId = new Map(held.map((one) => [one.document.id, one]));
    const strays = (values as JournalLine[]).filter((line) => !byId.get(line.document)?.apply(line));
    const lost = new Set(strays.map(({ document }) => document));
    if (lost.size > 0)
      log(
        `note: ${strays.length} acts in ${path} are of texts that ${data} does not have as they were: ${[...lost].slice(0, 5).join(", ")}. They stay in the journal.`,
      );
    return new Project({ name, folder, unlock, notes }, held, journal, model, config);
  }

  /** Asks the model about all documents, in the background. */
  refresh(): void {
    this.proposals.refresh(this.documents.map(({ document }) => document));
  }

  at(number: number): MarkedDocument | undefined {
    return this.documents[number];
  }

  get annotators(): string[] {
    return [...new Set(this.documents.flatMap(({ marks }) => [...marks.keys()]))].sort();
  }

  /** The annotations that an annotator begins with: those of the file, else what the model proposes. */
  async startOf(held: MarkedDocument): Promise<ActsRequest["start"]> {
    const { document } = held;
    if (document.relations.length > 0) return { marked: mutable(markedOf(document)) };
    if (!this.proposals.of(document)) await this.proposals.ask([document]).catch(() => {});
    const proposal = this.proposals.of(document);
    if (!proposal) return { marked: mutable(document.entities.length > 0 ? markedOf(document) : nothingMarked) };
    const { model, version, prediction } = proposal;
    const none = this.model.facts?.noRelationLabel;
    const relations = prediction.relations.filter(({ label, unscored }) => label !== none && unscored === undefined);
    return { marked: mutable(markedOf({ entities: prediction.entities, relations })), by: { model, version } };
  }

  /** @throws Fault 503 once an act could not be written */
  requireWritable(): void {
    if (this.#failure !== undefined)
      throw new Fault(
        503,
        `Acts cannot be kept: ${this.#failure}. Make room in ${this.folder}, then start the server again.`,
        { "retry-after": "5" },
      );
  }

  /** Writes acts to the journal, then applies them: what is answered is on the disk. */
  async act(held: MarkedDocument, request: ActsRequest): Promise<void> {
    this.requireWritable();
    // The lines are made and applied at once, so that acts that come meanwhile build on them.
    const lines = held.linesOf(request, new Date().toISOString());
    if (lines.length === 0) return;
    for (const line of lines) held.apply(line);
    this.#acts += lines.length;
    await this.#journal.append(lines).catch((error: Error) => {
      // The page shows more than is kept then: nothing is taken until the server is started again.
      this.#failure ??= error.message;
      this.requireWritable();
    });
  }

  /** The numbers of the documents in the order in which they should be annotated. */
  places(order: Order): readonly Place[] {
    const generation = `${this.proposals.generation} ${this.#acts} ${this.model.version}`;
    const known = this.#ordered.get(order);
    if (known?.generation === generation) return known.places;
    const places = this.#order(order);
    this.#ordered.set(order, { generation, places });
    return places;
  }

  #order(by: Order): Place[] {
    if (by === "file") return this.documents.map((_, number) => ({ number }));
    const all = this.documents.map((held, number) => ({ held, number, done: held.finished() }));
    const waiting = all.filter(({ done }) => done.length === 0);
    const finished = all.filter(({ done }) => done.length > 0);
    const candidates = waiting.map(({ held: { document } }) => this.#candidateOf(document));
    const chosen = chooseToLabel(candidates, {
      count: chosenTogether,
      labelled: countLabels(finished.map(({ done: [last] }) => last![1].marked)),
      labelledTexts: finished.map(({ held }) => held.document.text),
    });
    const left = new Set(waiting.keys());
    for (const { index } of chosen) left.delete(index);
    const rest = [...left].sort((a, b) => candidates[b]!.uncertainty - candidates[a]!.uncertainty);
    const order = [...chosen, ...rest.map((index) => ({ index, label: undefined }))];
    const places = order.map(({ index, label }) => {
      const { held, number } = waiting[index]!;
      const suspicion = this.#suspicionOf(held.document);
      const { uncertainty } = candidates[index]!;
      const unsure = this.#hasProposed(held.document) ? { uncertainty } : {};
      return { number, figures: { ...unsure, suspicion, ...(label === undefined ? {} : { rare: label }) } };
    });
    if (by === "suspects") places.sort((a, b) => b.figures.suspicion - a.figures.suspicion);
    return [...places, ...finished.map(({ number }) => ({ number }))];
  }

  /** A document as the model answers it; one that it was not asked about yet says nothing for itself. */
  #candidateOf(document: Document): LabelCandidate {
    const proposal = this.proposals.of(document);
    if (proposal) return asCandidate(document.id, proposal.prediction, this.model.facts?.noRelationLabel);
    return { id: document.id, text: document.text, uncertainty: 0, expected: new Map() };
  }

  #hasProposed(document: Document): boolean {
    const { relations = [], entities = [] } = this.proposals.of(document)?.prediction ?? {};
    return relations.length > 0 || entities.some(({ probability }) => probability !== undefined);
  }

  /** Whether texts wait for entities that somebody has to mark, as the model finds none. */
  get needsEntities(): boolean {
    const { facts } = this.model;
    return facts?.finds === false && this.documents.some(({ document }) => document.entities.length === 0);
  }

  /** How surely the model says something else than the file's annotations, from 0 to 1. */
  #suspicionOf(document: Document): number {
    if (document.relations.length === 0) return 0;
    const annotated = new Map(document.relations.map(({ head, tail, label }) => [`${head}-${tail}`, label]));
    const none = this.model.facts?.noRelationLabel ?? "";
    const relations = this.proposals.of(document)?.prediction.relations ?? [];
    return relations.reduce((worst, { head, tail, label, probability, probabilities }) => {
      const given = annotated.get(`${head}-${tail}`) ?? none;
      return given === label ? worst : Math.max(worst, probability - (probabilities[given] ?? 0));
    }, 0);
  }

  /** The annotations that those who have finished a document do not agree on. */
  differencesOf(held: MarkedDocument): ReturnType<typeof differencesOf> {
    const finished = new Map(held.finished().map(([who, { marked }]) => [who, marked]));
    return finished.size < 2 ? [] : differencesOf(held.document.text, finished);
  }

  /** The finished documents in Relata's format: of several annotators the last one's, with who, when and which model. */
  finishedDocuments(): object[] {
    return this.documents.flatMap((held) => {
      const [last] = held.finished();
      if (!last) return [];
      const [by, { marked, at, start }] = last;
      const { id, text, metadata = {} } = held.document;
      const annotation = { by, at, ...(start.by ? { proposed_by: start.by } : {}) };
      return [{ id, text, ...withoutProbabilities(annotationsOf(marked)), metadata: { ...metadata, annotation } }];
    });
  }

  async close(): Promise<void> {
    await this.proposals.stop();
    await this.#journal.close();
    await this.#unlock();
  }
}

type Annotations = ReturnType<typeof annotationsOf>;
/** A relation that was confirmed is no prediction any more. */
const withoutProbabilities = ({ entities, relations }: Annotations): Annotations => ({
  entities,
  relations: relations.map(({ head, tail, label }) => ({ head, tail, label })),
});

const mutable = ({ entities, relations, status }: Marked): ActsRequest["start"]["marked"] => ({
  entities: [...entities],
  relations: [...relations],
  status,
});
