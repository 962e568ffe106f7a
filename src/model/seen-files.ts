import type { Notice } from "../corpus/notices.ts";
import type { CorpusSource } from "../formats/read.ts";
import type { RelataManifest } from "./manifest.ts";

const messages = {
  "trained-on-file": (name: string) =>
    `files that the model ${name} was trained on, so that its figures say nothing of new texts`,
  "chosen-on-file": (name: string) =>
    `files that chose the checkpoint of the model ${name}, so that its figures are optimistic`,
};

/**
 * Notices on files that a model has been trained on, or by which its checkpoint was chosen, each with the paths as they
 * are read now. Files are the same by their SHA-256, so that a renamed copy is found and a changed one is not. Nothing is
 * said of a test part, which chose nothing.
 * @param name the model, as the user names it
 * @param manifest null for a folder that does not say what it was trained on
 */
export function noticesOnSeenFiles(
  name: string,
  manifest: Pick<RelataManifest, "data"> | null,
  sources: readonly Pick<CorpusSource, "path" | "sha256">[],
): Notice[] {
  const data = manifest?.data ?? [];
  const seenAs = (source: Pick<CorpusSource, "sha256">): string | undefined => {
    const parts = data.filter(({ sha256 }) => sha256 === source.sha256).map(({ part }) => part);
    if (parts.includes(undefined)) return "trained-on-file";
    return parts.includes("validation") ? "chosen-on-file" : undefined;
  };
  return Object.entries(messages).flatMap(([code, message]) => {
    const seen = sources.filter((source) => seenAs(source) === code);
    if (seen.length === 0) return [];
    const locations = seen.slice(0, 5).map(({ path: file }) => ({ file }));
    return [{ code, message: message(name), count: seen.length, total: sources.length, locations }];
  });
}
