import { jsonLines } from "./run-cli.ts";

const people = ["Zoé", "Ben", "Anna", "Carla", "Ivo"];
const cities = ["Lyon", "Paris", "Oslo", "Roma"];

/**
 * Texts of who lives where and who only wrote about it, as Relata's lines.
 * @param isNested whether the person is inside of a title
 * @param hasEmpty whether each ninth text has no entity
 */
export const whoLivesWhere = (
  count: number,
  { isNested = false, hasEmpty = false }: { readonly isNested?: boolean; readonly hasEmpty?: boolean } = {},
): string =>
  jsonLines(
    Array.from({ length: count }, (_, i) => {
      const [person, city] = [people[i % people.length]!, cities[(i * 3) % cities.length]!];
      if (hasEmpty && i % 9 === 8) return { id: `${i}`, text: `Nothing happened, ${i}.`, entities: [], relations: [] };
      const lives = i % 2 === 0;
      const name = isNested ? `Doctor ${person}` : person;
      const text = `${i}. 🏠 ${name} ${lives ? "lives in" : "wrote about"} ${city} and sleeps.`;
      const span = (part: string, type: string) => {
        const start = text.indexOf(part);
        return { start, end: start + part.length, type };
      };
      const entities = [span(person, "PER"), span(city, "CITY"), ...(isNested ? [span(name, "TITLE")] : [])];
      return { id: `${i}`, text, entities, relations: lives ? [{ head: 0, tail: 1, label: "LIVES_IN" }] : [] };
    }),
  );
