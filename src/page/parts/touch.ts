import { signal, type ReadonlySignal } from "@preact/signals";

const coarse = matchMedia("(pointer: coarse)");
const state = signal(coarse.matches);
coarse.addEventListener("change", ({ matches }) => (state.value = matches));

/** Whether the first pointer is a finger: hints then name no keys. */
export const isTouch: ReadonlySignal<boolean> = state;
