import { computed, effect, signal } from "@preact/signals";
import { percentText } from "../../report/picture/percent.ts";
import { stored } from "../parts/stored.ts";
import { en, type Words } from "./en.ts";
import { fr } from "./fr.ts";

export const languages: Readonly<Record<string, Words>> = { en, fr };

const ofBrowser = (): string =>
  navigator.languages.map((one) => one.slice(0, 2)).find((one) => one in languages) ?? "en";

export const language = stored("relata-language", ofBrowser(), (value) => value in languages);
export const t = computed<Words>(() => languages[language.value] ?? en);

export type Theme = keyof Words["themes"];
export const theme = stored<string>("relata-theme", "auto", (value) => value in en.themes);

/** Sentences for screen readers. */
export const said = signal("");

/** Keeps the page's language and colours as they are chosen. */
export function followChoices(): void {
  effect(() => {
    document.documentElement.lang = language.value;
  });
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
  });
}

export const percentOf = (probability: number): string => percentText(probability, language.value);
