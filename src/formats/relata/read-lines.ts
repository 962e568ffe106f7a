import { z } from "zod";
import type { Document } from "../../corpus/document.ts";
import { DataError } from "../../errors.ts";
import { quote } from "../../quote.ts";
import { relataLine } from "./schema.ts";

const advice = 'A line looks like this: {"text": "I read it.", "entities": [[0, 1, "WHO"], [2, 6, "DO"]]}.';

/** A line of which entities and relations may be left out. */
const line = relataLine.extend({ entities: relataLine.shape.entities.nullish() });

/**
 * Reads lines of Relata's own format that are in memory, of which each may be a text alone.
 * @throws DataError naming the first line that is none, or that points beyond its text or its entities
 */
export function readRelataLines(name: string, content: string): Document[] {
  const lines = content.split("\n").map((text, i) => ({ text, number: i + 1 }));
  const documents = lines.filter(({ text }) => text.trim() !== "").map((one) => readLine(name, one));
  const ids = new Set<string>();
  for (const { id } of documents) {
    if (ids.has(id))
      throw new DataError(`Cannot read ${name}: the id ${quote(id)} stands twice. Give each text its own.`);
    ids.add(id);
  }
  return documents;
}

function readLine(
  name: string,
  { text: written, number }: { readonly text: string; readonly number: number },
): Document {
  const fail = (found: string): never => {
    throw new DataError(`Cannot read ${name}: line ${number} ${found}. ${advice}`);
  };
  let json: unknown;
  try {
    json = JSON.parse(written);
  } catch {
    fail(`is no JSON: ${quote(written, 30)}`);
  }
  const parsed = line.safeParse(json);
  if (!parsed.success) return fail(`is no annotated text: ${z.prettifyError(parsed.error)}`);
  const { id, text, metadata } = parsed.data;
  const entities = (parsed.data.entities ?? []).map((entity) => {
    const [start, end, type] = Array.isArray(entity) ? entity : [entity.start, entity.end, entity.type];
    if (start >= end || end > text.length) fail(`has an entity from ${start} to ${end}, and ${text.length} characters`);
    return { start, end, type: type ?? "" };
  });
  const relations = (parsed.data.relations ?? []).map(({ head, tail, label }) => {
    if (Math.max(head, tail) >= entities.length || head === tail)
      fail(`has a relation from entity ${head} to ${tail}, and ${entities.length} entities`);
    return { head, tail, label };
  });
  return {
    id: id == null ? `${name}:${number}` : String(id),
    text,
    entities,
    relations,
    ...(metadata ? { metadata } : {}),
  };
}
