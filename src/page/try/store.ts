import { batch, computed, effect, signal } from "@preact/signals";
import { markedOf, type Marked, type MarkedRelation } from "../../annotation/marked.ts";
import type { RelationsResponse, ServerInfo } from "../../client/schemas.ts";
import { Editor } from "../editor/editor.ts";
import { get, isAbort, isStatic, messageOf, post } from "../parts/api.ts";

/** A text to try, perhaps with its annotated entities. */
export interface Sample {
  readonly id?: string;
  readonly text: string;
  readonly entities?: readonly { readonly start: number; readonly end: number; readonly type: string }[];
}

type Answer = RelationsResponse["documents"][number];
export type PairAnswer = Answer["relations"][number];
type ModelFacts = ServerInfo["models"][number];

/** One model's answer to the text. */
export interface Answered {
  readonly model: string;
  readonly entities: readonly { readonly id: string; readonly start: number; readonly end: number }[];
  readonly relations: readonly PairAnswer[];
  readonly milliseconds: number;
  /** Sentences of the server on types that say nothing to the model, or leave no pair to ask about. */
  readonly notices: readonly string[];
}

export const info = signal<ServerInfo | undefined>(undefined);
/** Whether a model is not open yet. */
export const isLoading = signal(false);
export const model = signal("");
export const second = signal("");
export const threshold = signal(0.5);
export const showsNone = signal(false);
export const samples = signal<readonly Sample[]>([]);
export const failure = signal("");
export const isWorking = signal(false);
export const answered = signal<Answered | undefined>(undefined);
export const compared = signal<Answered | undefined>(undefined);
/** Whether the entities are the user's, not those that the model found. */
export const isMarkedByHand = signal(false);

const factsOf = (name: string): ModelFacts | undefined => info.value?.models.find((one) => one.name === name);
export const facts = computed(() => factsOf(model.value));
export const noRelation = computed(() => facts.value?.noRelationLabel);
export const types = computed(() => (facts.value?.entityTypes.length ? facts.value.entityTypes : [""]));
export const labels = computed(() => (facts.value?.labels ?? []).filter((label) => label !== noRelation.value));

export const editor: Editor = new Editor({
  types: () => types.value,
  labels: () => labels.value,
  relates: false,
  onAct: () => {
    isMarkedByHand.value = true;
    void ask();
  },
});

const viewOf = (answer: Answered, least: number, withNone: boolean): MarkedRelation[] =>
  answer.relations
    .filter(({ unscored, label, probability }) => {
      if (unscored !== undefined) return false;
      return label === noRelation.value ? withNone : probability >= least;
    })
    .map(({ head, tail, label, probability }) => ({
      id: `${head}-${tail}`,
      head: answer.entities[head]!.id,
      tail: answer.entities[tail]!.id,
      label,
      probability,
    }));

export const shownOf = (answer: Answered | undefined): MarkedRelation[] =>
  answer ? viewOf(answer, threshold.value, showsNone.value) : [];

/** The pairs to which the two models give different labels. */
export const differences = computed(() => {
  const [first, other] = [answered.value, compared.value];
  if (!first || !other) return [];
  return first.relations.flatMap((one) => {
    const two = other.relations.find(({ head, tail }) => head === one.head && tail === one.tail);
    return two && two.label !== one.label ? [{ one, two }] : [];
  });
});

/** The relation that is selected. */
export const chosen = computed(() => {
  const focus = editor.focus.value;
  return focus.kind === "relation" ? editor.relation(focus.id) : undefined;
});

let asking: AbortController | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows another text; the model finds its entities, or they are those of the sample. */
export function show({ text, entities }: Sample): void {
  batch(() => {
    const marked: Marked = markedOf({ entities: entities ?? [], relations: [] });
    editor.open(text, marked);
    isMarkedByHand.value = entities !== undefined && facts.value?.finds !== true;
    answered.value = undefined;
    compared.value = undefined;
  });
  void ask();
}

/** As `show`, once the user has stopped writing for a moment. */
export function write(text: string): void {
  clearTimeout(timer);
  timer = setTimeout(() => show({ text }), 250);
}

/** Asks for the text that is shown; an answer that is late is dropped. */
export async function ask(): Promise<void> {
  asking?.abort();
  const controller = (asking = new AbortController());
  const text = editor.text.value;
  if (text.trim() === "" || !facts.value) return;
  isWorking.value = true;
  try {
    const first = await answerOf(model.value, text, controller.signal);
    const other = second.value === "" ? undefined : await answerOf(second.value, text, controller.signal, first);
    batch(() => {
      failure.value = "";
      answered.value = first;
      compared.value = other;
    });
  } catch (error) {
    if (!isAbort(error)) failure.value = messageOf(error);
  } finally {
    if (asking === controller) isWorking.value = false;
  }
}

async function answerOf(name: string, text: string, abort: AbortSignal, first?: Answered): Promise<Answered> {
  const finds = factsOf(name)?.finds === true;
  const marked = editor.marked.value.entities;
  const given = first?.entities ?? (isMarkedByHand.value || !finds ? marked : undefined);
  const isOfTypes = factsOf(name)?.kind !== "pair";
  if (given?.length === 0 || (isOfTypes && given && finds && first === undefined && isMarkedByHand.value))
    return { model: name, entities: marked, relations: [], milliseconds: 0, notices: [] };
  const entities = given && givenOf(given);
  const request = { model: name, documents: [{ text, ...(entities ? { entities } : {}) }], probabilities: true };
  const start = performance.now();
  const response = await post<RelationsResponse>("/v1/relations", request, abort);
  const milliseconds = Math.round(performance.now() - start);
  const [document] = response.documents;
  const answer = { model: name, relations: document!.relations, milliseconds, notices: sentencesOf(response) };
  const found = document!.entities.map((one) => ({ ...one, type: one.label ?? one.type }));
  if (first === undefined && (!given || isOfTypes)) {
    const named = markedOf({ entities: found, relations: [] });
    editor.marked.value = named;
    return { ...answer, entities: named.entities };
  }
  return { ...answer, entities: given ?? marked };
}

const sentencesOf = ({ notices = [] }: RelationsResponse): string[] =>
  notices.map(({ message, places }) => {
    const found = [...new Set(places.flatMap((place) => place.found ?? []))];
    return found.length === 0 ? message : `${message}: ${found.join(", ")}`;
  });

/** The entities as a request has them, with the types that they have now. */
export const givenOf = (entities: Answered["entities"]): { start: number; end: number; type?: string }[] =>
  entities.map(({ start, end, id }) => {
    const type = editor.entity(id)?.type ?? "";
    return type === "" ? { start, end } : { start, end, type };
  });

/** Learns which models there are, and shows the first example of the model. */
export async function start(): Promise<void> {
  // A model that runs in the browser answers once it is open.
  isLoading.value ||= isStatic.value;
  try {
    const now = await get<ServerInfo>("/info");
    failure.value = "";
    isLoading.value = !now.models.every(({ ready }) => ready);
    if (isLoading.value) {
      setTimeout(() => void start(), 1000);
      return;
    }
    info.value = now;
    model.value ||= now.models[0]!.name;
    await chooseModel(model.value);
  } catch (error) {
    isLoading.value = false;
    failure.value = messageOf(error);
  }
}

export async function chooseModel(name: string): Promise<void> {
  model.value = name;
  const { documents } = await get<{ documents: Sample[] }>(`/page/examples/${encodeURIComponent(name)}`);
  samples.value = documents;
  const given = sampleOfAddress();
  if (editor.text.value !== "") void ask();
  else if (given) show(given);
  else if (documents[0]) show(documents[0]);
}

/** The text that the page's address names: `?text=…`, with its entities as `&span=START:END:TYPE` if they are given. */
function sampleOfAddress(): Sample | undefined {
  const query = new URLSearchParams(location.search);
  const text = query.get("text");
  if (text === null) return undefined;
  const entities = query.getAll("span").flatMap((span) => {
    const [, start, end, type = ""] = /^(\d+):(\d+)(?::(.+))?$/u.exec(span) ?? [];
    const isWithin = Number(start) < Number(end) && Number(end) <= text.length;
    return isWithin ? [{ start: Number(start), end: Number(end), type }] : [];
  });
  return entities.length > 0 ? { text, entities } : { text };
}

effect(() => {
  editor.shown.value = shownOf(answered.value);
});
