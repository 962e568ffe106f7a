import { applied, type Act } from "../../annotation/acts.ts";
import { fitsOf } from "../../annotation/fits.ts";
import { annotationsOf, markedOf, nothingMarked, type Marked } from "../../annotation/marked.ts";
import { joinSameTexts } from "../../annotation/same-texts.ts";
import type { Document } from "../../browser-training.ts";
import type { RelationsResponse, ServerInfo } from "../../client/schemas.ts";
import type { ProcessorState } from "../parts/processor.ts";
import { t } from "../words/language.ts";
import { TabTraining } from "./training.ts";

/** Asks the thread of the model. @throws Error with its sentence */
export type Ask = (path: string, body?: unknown) => Promise<unknown>;

interface Start {
  readonly marked: Marked;
  readonly by?: { readonly model: string; readonly version: string };
}

interface Held {
  readonly document: Document;
  readonly marks?: Start & { readonly revision: number };
}

interface Kept {
  readonly name: string;
  readonly held: readonly Held[];
}

const key = "relata-documents";

/** Fewer documents teach nothing, and their held-out part says nothing. */
const fewest = 5;

/** The documents that are annotated in a tab, kept by the browser, and the training on them: what a server does elsewhere. */
export class TabProject {
  readonly #ask: Ask;
  readonly #training: TabTraining;
  #kept: Kept;

  constructor(ask: Ask, onTrained: () => void) {
    this.#ask = ask;
    this.#kept = read() ?? { name: "documents", held: [] };
    this.#training = new TabTraining(async (files) => {
      await ask("/tab/model", files);
      onTrained();
    });
  }

  /** Answers a request of the annotators' view. @throws Error with a sentence for the page */
  async answer(path: string, body: unknown): Promise<unknown> {
    const place = path.replace(/\?.*/, "");
    const [, number, what] = /^\/annotate\/documents\/(\d+)(?:\/(\w+))?$/.exec(place) ?? [];
    if (number !== undefined) {
      if (what === "differences") return { differences: [] };
      return what === "acts" ? this.#act(Number(number), body) : this.#document(Number(number));
    }
    if (place === "/annotate/project") return this.#describe();
    if (place === "/annotate/open") return this.#open(body as File);
    if (place === "/annotate/training/stop") this.#training.stop();
    else if (place === "/annotate/training" && body !== undefined) await this.#train(body as { steps: number });
    return this.#training.state;
  }

  /** A file of the view, if the address is that of one. */
  file(path: string): Blob | undefined {
    if (path.startsWith("/annotate/finished/")) {
      const lines = this.#finished().map((document) => `${JSON.stringify(document)}\n`);
      return new Blob(lines, { type: "application/octet-stream" });
    }
    const zip = path === "/annotate/folder" ? this.#training.zip() : undefined;
    return zip && new Blob([zip.bytes], { type: "application/zip" });
  }

  async #describe(): Promise<unknown> {
    const { models } = (await this.#ask("/info")) as ServerInfo;
    const { name, held } = this.#kept;
    const none = models[0]?.noRelationLabel;
    const types = new Set(models.flatMap(({ entityTypes }) => entityTypes));
    const labels = new Set(models.flatMap((model) => model.labels.filter((label) => label !== model.noRelationLabel)));
    for (const { document, marks } of held)
      for (const { entities, relations } of marks ? [document, marks.marked] : [document]) {
        for (const { type } of entities) types.add(type);
        for (const { label } of relations) labels.add(label);
      }
    return {
      name,
      model: models[0]?.name ?? "",
      version: "1",
      types: types.size > 0 ? [...types] : [""],
      labels: [...labels],
      ...(none === undefined ? {} : { noRelationLabel: none }),
      annotators: [],
      fits: fitsOf(held.map(({ document, marks }) => marks?.marked ?? markedOf(document))),
      proposed: 0,
      folder: t.value.thisBrowser,
      documents: held.map(({ document: { id, text }, marks }, at) => ({
        number: at,
        id,
        beginning: text.slice(0, 90),
        status: marks?.marked.status ?? "open",
        done: [],
        differences: 0,
      })),
    };
  }

  async #document(number: number): Promise<unknown> {
    const held = this.#at(number);
    const { id, text } = held.document;
    const { marked, by } = held.marks ?? (await this.#startOf(held.document));
    return { number, id, text, marked, revision: held.marks?.revision ?? 0, ...(by ? { by } : {}), others: [] };
  }

  /** The annotations of the file, else the relations that the model proposes between the entities of the file. */
  async #startOf(document: Document): Promise<Start> {
    const { text, entities, relations } = document;
    if (relations.length > 0 || entities.length < 2)
      return { marked: entities.length > 0 ? markedOf(document) : nothingMarked };
    const { models } = (await this.#ask("/info")) as ServerInfo;
    const { name, noRelationLabel } = models[0]!;
    const request = { model: name, documents: [{ text, entities }] };
    const { documents } = (await this.#ask("/v1/relations", request)) as RelationsResponse;
    const found = documents[0]!.relations.filter(
      ({ label, unscored }) => label !== noRelationLabel && unscored === undefined,
    );
    return { marked: markedOf({ entities, relations: found }), by: { model: name, version: "1" } };
  }

  #act(number: number, body: unknown): unknown {
    const { acts, start } = body as { readonly acts: readonly Act[]; readonly start: Start };
    const held = this.#at(number);
    const before = held.marks ?? { ...start, revision: 0 };
    const marked = acts.reduce(applied, before.marked);
    const marks = { ...before, marked, revision: before.revision + acts.length };
    this.#keep({ ...this.#kept, held: this.#kept.held.with(number, { ...held, marks }) });
    return { marked, revision: marks.revision };
  }

  async #open(file: File): Promise<unknown> {
    const { documents } = (await this.#ask("/tab/read", { name: file.name, text: await file.text() })) as {
      readonly documents: readonly Document[];
    };
    const name = file.name.replace(/\.[^.]*$/, "") || "documents";
    this.#keep({ name, held: joinSameTexts(documents).documents.map((document) => withDone(document)) });
    return this.#describe();
  }

  async #train({ steps }: { readonly steps: number }): Promise<void> {
    const finished = this.#finished();
    if (finished.length < fewest) throw new Error(t.value.tooFew(finished.length, fewest));
    const { relata } = (await this.#ask("/info")) as ServerInfo;
    const { used: processor } = (await this.#ask("/tab/processor")) as ProcessorState;
    this.#training.start({ name: `${this.#kept.name}-model`, documents: finished, steps, relata, processor });
  }

  #finished(): Document[] {
    return this.#kept.held.flatMap(({ document: { id, text, metadata }, marks }) =>
      marks?.marked.status === "done"
        ? [{ id, text, ...withoutProbabilities(annotationsOf(marks.marked)), ...(metadata ? { metadata } : {}) }]
        : [],
    );
  }

  #at(number: number): Held {
    const held = this.#kept.held[number];
    if (held) return held;
    throw new Error(`There is no document ${number}.`);
  }

  /** @throws Error if the browser keeps no more; the documents are then as before */
  #keep(kept: Kept): void {
    localStorage.setItem(key, JSON.stringify(kept));
    this.#kept = kept;
  }
}

/** A document of a file that has relations was annotated before: it is done, and can be opened again. */
const withDone = (document: Document): Held =>
  document.relations.length > 0
    ? { document, marks: { marked: { ...markedOf(document), status: "done" }, revision: 0 } }
    : { document };

const withoutProbabilities = ({ entities, relations }: Pick<Document, "entities" | "relations">) => ({
  entities,
  relations: relations.map(({ head, tail, label }) => ({ head, tail, label })),
});

function read(): Kept | undefined {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? "null") as Kept | null) ?? undefined;
  } catch {
    return undefined;
  }
}
