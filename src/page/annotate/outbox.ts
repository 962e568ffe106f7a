import { signal } from "@preact/signals";
import type { Act } from "../../annotation/acts.ts";
import type { Marked } from "../../annotation/marked.ts";
import { messageOf, send, ServerError } from "../parts/api.ts";
import { newId } from "../parts/new-id.ts";

export interface Start {
  readonly marked: Marked;
  readonly by?: { readonly model: string; readonly version: string };
}

interface Sending {
  readonly number: number;
  readonly annotator: string;
  readonly act: Act;
  readonly start: Start;
  /** The number of the act within this tab and document. */
  readonly place: number;
}

interface Kept {
  readonly marked: Marked;
  readonly revision: number;
}

/**
 * Sends every act to the server, one after the other, until it is kept there; an act that is sent twice counts once.
 * While one is not kept, closing the tab asks first.
 */
export class Outbox {
  readonly state = signal<"kept" | "sending" | "failed">("kept");
  readonly failure = signal("");
  readonly #client = newId();
  readonly #places = new Map<number, number>();
  readonly #revisions = new Map<number, number>();
  readonly #onOthers: (number: number, kept: Kept) => void;
  #queue: Sending[] = [];
  #working: Promise<void> | undefined;

  constructor(onOthers: (number: number, kept: Kept) => void) {
    this.#onOthers = onOthers;
    addEventListener("beforeunload", (event) => {
      if (this.state.value !== "kept") event.preventDefault();
    });
    addEventListener("online", () => void this.flushed());
  }

  /** @param revision the number of acts that the document had when it was opened */
  add(number: number, revision: number, act: Act, start: Start, annotator: string): void {
    const place = this.#places.get(number) ?? 0;
    this.#places.set(number, place + 1);
    if (!this.#revisions.has(number)) this.#revisions.set(number, revision);
    this.#queue.push({ number, annotator, act, start, place });
    this.state.value = "sending";
    void this.flushed();
  }

  /** Resolves once everything is kept. */
  flushed(): Promise<void> {
    return (this.#working ??= this.#work().finally(() => (this.#working = undefined)));
  }

  async #work(): Promise<void> {
    for (let tries = 0; this.#queue.length > 0;) {
      try {
        await this.#send(this.#queue[0]!);
        this.#queue = this.#queue.slice(1);
        tries = 0;
      } catch (error) {
        this.state.value = "failed";
        this.failure.value = messageOf(error);
        const isFinal =
          error instanceof ServerError && error.status >= 400 && error.status < 500 && error.status !== 401;
        // An act that the server refuses would stop all others for ever; its message stays on the page.
        if (isFinal) this.#queue = this.#queue.slice(1);
        else await new Promise((resolve) => setTimeout(resolve, Math.min(5000, 300 * 2 ** tries++)));
        continue;
      }
      if (this.#queue.length === 0) {
        this.state.value = "kept";
        this.failure.value = "";
      }
    }
  }

  async #send({ number, annotator: who, act, start, place }: Sending): Promise<void> {
    const body = { annotator: who, client: this.#client, first: place, acts: [act], start };
    const response = await send("POST", `/annotate/documents/${number}/acts`, { body });
    const kept = (await response.json()) as Kept;
    const expected = (this.#revisions.get(number) ?? 0) + 1;
    this.#revisions.set(number, kept.revision);
    const isLast = !this.#queue.slice(1).some((one) => one.number === number);
    if (kept.revision !== expected && isLast) this.#onOthers(number, kept);
  }
}
