import type { UnitPlaces } from "./sentencepiece-normalizer.ts";

/** A character with all that may join it: marks, and the later parts of a Korean syllable. */
const clusters =
  /[^\p{M}\u1161-\u1175\u11a8-\u11c2][\p{M}\u1161-\u1175\u11a8-\u11c2]*|[\p{M}\u1161-\u1175\u11a8-\u11c2]+/gu;

/** Composes a text (Unicode's NFC), with the characters that each unit of the result comes from. */
export function composed(text: string): { readonly text: string; readonly places: UnitPlaces } {
  const places: UnitPlaces = { starts: [], ends: [] };
  let joined = "";
  for (const { 0: cluster, index } of text.matchAll(clusters)) {
    const normal = cluster.normalize("NFC");
    joined += normal;
    if (normal === cluster) addUnits(places, cluster, index);
    else addComposed(places, cluster, normal, index);
  }
  return { text: joined, places };
}

function addUnits({ starts, ends }: UnitPlaces, text: string, at: number): void {
  for (let i = 0; i < text.length; i++) {
    starts.push(at + i);
    ends.push(at + i + 1);
  }
}

/** A character of the result is made of those of the cluster in which the parts stand that it decomposes into. */
function addComposed({ starts, ends }: UnitPlaces, cluster: string, normal: string, at: number): void {
  const parts: { readonly part: string; readonly start: number; readonly end: number }[] = [];
  let read = 0;
  for (const character of cluster) {
    const [start, end] = [at + read, at + read + character.length];
    for (const part of character.normalize("NFD")) parts.push({ part, start, end });
    read += character.length;
  }
  for (const character of normal) {
    const own = Array.from(character.normalize("NFD"), (part) => {
      const found = parts.findIndex((one) => one.part === part);
      return parts.splice(found, 1)[0]!;
    });
    const [start, end] = [Math.min(...own.map((one) => one.start)), Math.max(...own.map((one) => one.end))];
    for (let i = 0; i < character.length; i++) {
      starts.push(start);
      ends.push(end);
    }
  }
}
