import { batch, computed, effect, signal } from "@preact/signals";
import type { ExplanationResponse } from "../../client/schemas.ts";
import type { Weighed } from "../editor/overlay.tsx";
import { isAbort, messageOf, post } from "../parts/api.ts";
import { said, t } from "../words/language.ts";
import * as store from "./store.ts";

/** Why the selected relation has its label: the words of the text, each with its share in the answer. */

type Word = ExplanationResponse["words"][number];

/** Whether the words are wanted; they then follow the selected relation. */
export const isWanted = signal(false);
export const isWorking = signal(false);
export const failure = signal("");
export const explanation = signal<ExplanationResponse | undefined>(undefined);

/** Whether the model that is chosen explains its answers. */
export const isOffered = computed(() => store.facts.value?.explains === true);

export const toggle = (): void => {
  if (isOffered.value && store.chosen.value) isWanted.value = !isWanted.value;
};

/** The most words that are listed. */
const mostWords = 8;

/** The words that say most, for and against the label, the strongest first. */
export const strongest = computed((): { readonly pro: readonly Word[]; readonly con: readonly Word[] } => {
  const words = (explanation.value?.words ?? []).toSorted((a, b) => Math.abs(b.score) - Math.abs(a.score));
  const first = words.slice(0, mostWords);
  return { pro: first.filter(({ score }) => score > 0), con: first.filter(({ score }) => score < 0) };
});

/** Every word with its weight from -1 to 1, for the picture. */
export const weighed = computed((): readonly Weighed[] | undefined => {
  const words = explanation.value?.words;
  if (!words) return undefined;
  const greatest = Math.max(...words.map(({ score }) => Math.abs(score))) || 1;
  return words.map(({ start, end, score }) => ({ start, end, weight: score / greatest }));
});

let asking: AbortController | undefined;

async function ask(of: { readonly id: string; readonly label: string }): Promise<void> {
  const controller = (asking = new AbortController());
  const [head, tail] = of.id.split("-").map(Number) as [number, number];
  const { answered, editor, model } = store;
  isWorking.value = true;
  try {
    const entities = store.givenOf(answered.value!.entities);
    const document = { text: editor.text.value, entities };
    const request = { model: model.value, document, head, tail, label: of.label };
    const answer = await post<ExplanationResponse>("/v1/explanations", request, controller.signal);
    batch(() => {
      explanation.value = answer;
      failure.value = "";
    });
    const list = (words: readonly Word[]): string => words.map(({ text }) => text).join(", ");
    const { pro, con } = strongest.value;
    said.value = t.value.said.why(answer.label, list(pro), list(con));
  } catch (error) {
    if (!isAbort(error)) failure.value = messageOf(error);
  } finally {
    if (asking === controller) isWorking.value = false;
  }
}

// The words are of one relation in one answer: with another one they are asked for anew.
effect(() => {
  const [one, isOf] = [store.chosen.value, store.answered.value];
  asking?.abort();
  batch(() => {
    explanation.value = undefined;
    isWorking.value = false;
  });
  if (one && isOf && isWanted.value && isOffered.value) void ask(one);
});
