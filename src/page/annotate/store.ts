import { batch, computed, effect, signal } from "@preact/signals";
import type { Act } from "../../annotation/acts.ts";
import type { Fit } from "../../annotation/fits.ts";
import type { Marked, Status } from "../../annotation/marked.ts";
import type { Difference } from "../../annotation/disagreement.ts";
import type { RelationsResponse, ServerInfo } from "../../client/schemas.ts";
import { Editor } from "../editor/editor.ts";
import { get, messageOf, post } from "../parts/api.ts";
import { newId } from "../parts/new-id.ts";
import { stored } from "../parts/stored.ts";
import { Outbox } from "./outbox.ts";

export interface Listed {
  readonly number: number;
  readonly id: string;
  readonly beginning: string;
  readonly status: Status;
  readonly done: readonly string[];
  readonly differences: number;
  readonly figures?: {
    readonly uncertainty?: number;
    readonly suspicion: number;
    readonly rare?: string;
  };
}

export interface Project {
  readonly name: string;
  readonly model: string;
  readonly version: string;
  readonly types: readonly string[];
  readonly labels: readonly string[];
  readonly noRelationLabel?: string;
  readonly annotators: readonly string[];
  readonly fits: readonly Fit[];
  readonly needsEntities?: boolean;
  readonly proposed: number;
  readonly folder: string;
  readonly notices?: readonly string[];
  readonly documents: readonly Listed[];
}

interface Opened {
  readonly number: number;
  readonly id: string;
  readonly text: string;
  readonly marked: Marked;
  readonly revision: number;
  readonly by?: { readonly model: string; readonly version: string };
  readonly others: readonly { readonly annotator: string; readonly marked: Marked }[];
}

export const orders = ["useful", "suspects", "file"] as const;
export type Order = (typeof orders)[number];

export const annotator = stored<string>("relata-annotator", "", (name) => name.trim() !== "");
export const order = stored<string>("relata-order", "useful", (name) => orders.some((one) => one === name));
export const project = signal<Project | undefined>(undefined);
export const opened = signal<Opened | undefined>(undefined);
export const differences = signal<readonly Difference[]>([]);
/** The notes of reading that somebody has closed; others, as of another file, are shown. */
export const closedNotes = stored<string>("relata-closed-notes", "", () => true);
export const notes = computed(() => {
  const all = project.value?.notices ?? [];
  return JSON.stringify(all) === closedNotes.value ? [] : all;
});
export const failure = signal("");
export const finished = computed(() => project.value?.documents.filter(({ status }) => status === "done").length ?? 0);

export const outbox: Outbox = new Outbox((number, { marked }) => {
  // Somebody else of this name has acted meanwhile: what both did is shown.
  if (opened.value?.number === number) editor.marked.value = marked;
});

const flat = (act: Act): Act[] => (act.kind === "all" ? act.acts.flatMap(flat) : [act]);

export const editor: Editor = new Editor({
  types: () => types.value,
  labels: () => labels.value,
  fitting: (head, tail) => project.value?.fits.find((one) => one.head === head && one.tail === tail)?.labels ?? [],
  relates: true,
  onAct: (act) => {
    const document = opened.value;
    if (!document) return;
    const acts = flat(act);
    acts.forEach(learnNames);
    const one = acts.length === 1 ? acts[0]! : { kind: "all" as const, acts };
    const { marked, by } = document;
    outbox.add(document.number, document.revision, one, { marked, ...(by ? { by } : {}) }, annotator.value);
  },
});

/** The names that are known, then those given in this session, in the order in which they came. */
const given = { types: signal<readonly string[]>([]), labels: signal<readonly string[]>([]) };
export const types = computed(() => [...new Set([...(project.value?.types ?? []), ...given.types.value])]);
export const labels = computed(() => [...new Set([...(project.value?.labels ?? []), ...given.labels.value])]);

function learnNames(act: Act): void {
  const type = act.kind === "add-entity" ? act.entity.type : act.kind === "set-type" ? act.type : undefined;
  const label = act.kind === "add-relation" ? act.relation.label : act.kind === "set-label" ? act.label : undefined;
  if (type !== undefined && !types.value.includes(type)) given.types.value = [...given.types.value, type];
  if (label !== undefined && !labels.value.includes(label)) given.labels.value = [...given.labels.value, label];
}

const query = (): string => `?annotator=${encodeURIComponent(annotator.value)}&order=${order.value}`;

export async function refresh(): Promise<void> {
  try {
    project.value = await get<Project>(`/annotate/project${query()}`);
    failure.value = "";
  } catch (error) {
    failure.value = messageOf(error);
  }
}

let lastAsked = 0;

/** Shows a document once everything before it is kept; of several that are asked for, the last. */
export async function open(number: number): Promise<void> {
  const asked = ++lastAsked;
  try {
    await outbox.flushed();
    const document = await get<Opened>(`/annotate/documents/${number}${query()}`);
    const listed = project.value?.documents.find((one) => one.number === number);
    const found =
      (listed?.differences ?? 0) > 0
        ? (await get<{ differences: Difference[] }>(`/annotate/documents/${number}/differences`)).differences
        : [];
    if (asked !== lastAsked) return;
    // The document that is open already keeps its selection and what can be undone, unless others have acted.
    const isSame =
      opened.value?.number === number && JSON.stringify(document.marked) === JSON.stringify(editor.marked.value);
    batch(() => {
      opened.value = document;
      differences.value = found;
      failure.value = "";
      if (!isSame) editor.open(document.text, document.marked);
    });
    editor.element?.focus({ preventScroll: true });
  } catch (error) {
    failure.value = messageOf(error);
  }
}

/** Learns which documents there are, and opens the first that is open. */
export async function begin(): Promise<void> {
  await refresh();
  const first = nextOpen(-1);
  if (first !== undefined) await open(first);
}

function nextOpen(after: number): number | undefined {
  const documents = project.value?.documents ?? [];
  return documents.find(({ number, status }) => status === "open" && number !== after)?.number ?? documents[0]?.number;
}

/** The documents that were finished one after the other, and those that were left to look at them again. */
const trail: { back: number[]; forward: number[] } = { back: [], forward: [] };

/** Opens a document by its place in the list, from which keys go on. */
export async function choose(number: number): Promise<void> {
  trail.back = [];
  trail.forward = [];
  await open(number);
}

/** Says that the document is done, or skipped, and goes to the next. */
export async function finish(status: Exclude<Status, "open">): Promise<void> {
  const document = opened.value;
  if (!document) return;
  if (editor.marked.value.status !== status) editor.act({ kind: "set-status", status });
  await outbox.flushed();
  await refresh();
  const next = nextOpen(document.number);
  if (next === undefined) return;
  if (next !== document.number) trail.back.push(document.number);
  trail.forward = [];
  await open(next);
}

/**
 * Goes to the document before this one: the one that was finished last, as those that are finished move to the end of
 * the list, else the one before it in the list; or the way back.
 */
export async function go(by: 1 | -1): Promise<void> {
  const [from, to] = by < 0 ? [trail.back, trail.forward] : [trail.forward, trail.back];
  const left = from.pop();
  if (left !== undefined) {
    if (opened.value) to.push(opened.value.number);
    return open(left);
  }
  const documents = project.value?.documents ?? [];
  const at = documents.findIndex(({ number }) => number === opened.value?.number);
  const next = documents[at + by];
  if (next) await open(next.number);
}

/** Asks the model for the relations between the entities as they are now, as one act, which can be undone. */
export async function propose(): Promise<void> {
  const document = opened.value;
  const { entities, relations } = editor.marked.value;
  try {
    const given = entities.map(({ start, end, type }) => (type === "" ? { start, end } : { start, end, type }));
    // It is the first that is annotated with.
    const { models } = await get<ServerInfo>("/info");
    const request = {
      model: models[0]!.name,
      documents: [{ text: editor.text.value, entities: given }],
      relationsOnly: true,
    };
    const [answer] = (await post<RelationsResponse>("/v1/relations", request)).documents;
    if (opened.value !== document || editor.marked.value.entities !== entities) return;
    const known = new Set(relations.map(({ head, tail }) => `${head} ${tail}`));
    const acts = answer!.relations.flatMap(({ head, tail, label, probability, unscored }): Act[] => {
      const [from, to] = [entities[head]!.id, entities[tail]!.id];
      if (unscored !== undefined || known.has(`${from} ${to}`)) return [];
      return [{ kind: "add-relation", relation: { id: newId(), head: from, tail: to, label, probability } }];
    });
    if (acts.length > 0) editor.act({ kind: "all", acts });
  } catch (error) {
    failure.value = messageOf(error);
  }
}

/** Takes another annotator's version as one act, which can be undone. */
export function take(marked: Marked): void {
  const { entities, relations } = editor.marked.value;
  const acts: Act[] = [
    ...relations.map(({ id }): Act => ({ kind: "remove-relation", id })),
    ...entities.map(({ id }): Act => ({ kind: "remove-entity", id })),
    ...marked.entities.map((entity): Act => ({ kind: "add-entity", entity })),
    ...marked.relations.map((relation): Act => ({ kind: "add-relation", relation })),
  ];
  editor.act({ kind: "all", acts });
}

effect(() => {
  const isChosen = order.value !== "";
  if (isChosen && project.peek()) void refresh();
});
