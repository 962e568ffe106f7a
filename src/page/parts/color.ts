import { colorCount } from "../../report/picture/picture-style.ts";

/** The class of the colour of a name: that of its place among the names, as in `renderSvg`. */
export function colorOf(names: readonly string[]): (name: string) => string {
  const places = new Map([...new Set(names)].map((name, i) => [name, i % colorCount]));
  return (name) => `c${places.get(name) ?? hashOf(name) % colorCount}`;
}

const hashOf = (name: string): number =>
  Array.from(name).reduce((sum, char) => (sum * 31 + char.codePointAt(0)!) >>> 0, 7);
