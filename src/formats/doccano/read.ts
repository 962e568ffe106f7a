import { z } from "zod";
import { DuplicateEntityError, UnknownEntityError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { readSpans } from "../offsets.ts";
import { parseJsonLine } from "../source/json-line.ts";
import type { Line } from "../source/lines.ts";

const listedEntity = z.tuple([z.int(), z.int(), z.string()]);
const entityObject = z.object({
  id: z.int().nullish(),
  label: z.string().nullish(),
  start_offset: z.int(),
  end_offset: z.int(),
});
const relation = z.object({ from_id: z.int(), to_id: z.int(), type: z.string() });
const example = z.looseObject({
  id: z.union([z.string(), z.int(), z.null()], "a string or an integer").optional(),
  text: z.string(),
  entities: z
    .array(
      z.union(
        [entityObject, listedEntity],
        '{"id": 1, "label": "TIME", "start_offset": 0, "end_offset": 5} or [0, 5, "TIME"]',
      ),
    )
    .nullish(),
  relations: z.array(relation).nullish(),
  /** Where the project has no relations, the entities. */
  label: z.array(listedEntity).nullish(),
});
type Example = z.infer<typeof example>;

/** Keys that doccano has for itself; what stands beside them is the example's metadata. Comments are people's talk, never read. */
export const ownKeys: ReadonlySet<string> = new Set([...Object.keys(example.shape), "Comments"]);

/** The document of one example; `id` is taken where the file has none. */
export function parseDocument(
  { at, text: line, problem }: Line,
  id: string,
  context: ReadContext,
  notices: NoticeLog,
): RawDocument {
  if (problem) throw problem;
  const parsed = parseJsonLine(example, line, at);
  const { text } = parsed;
  const entities = [...(parsed.entities ?? []), ...(parsed.label ?? [])].map((entity) => {
    if (!Array.isArray(entity)) return { ...entity, start: entity.start_offset, end: entity.end_offset };
    const [start, end, label] = entity;
    return { start, end, label, id: undefined };
  });
  const spans = readSpans(text, entities, "code-point", context.settings, notices, at);
  const metadata = Object.fromEntries(Object.entries(parsed).filter(([key]) => !ownKeys.has(key)));
  const ids = entities.map(({ id }) => id ?? undefined);
  return {
    id: String(parsed.id ?? id),
    text,
    entities: spans.map((span, i) => ({ ...span, type: entities[i]!.label ?? "" })),
    relations: relationsOf(parsed, ids, at),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    source: at,
  };
}

function relationsOf(
  { relations }: Example,
  ids: readonly (number | undefined)[],
  at: SourceLocation,
): RawDocument["relations"] {
  const positions = new Map<number, number>();
  for (const [position, id] of ids.entries()) {
    if (id === undefined) continue;
    if (positions.has(id)) throw new DuplicateEntityError(String(id), at);
    positions.set(id, position);
  }
  const positionOf = (id: number, label: string): number => {
    const position = positions.get(id);
    if (position === undefined) throw new UnknownEntityError(label, String(id), [...positions.keys()].map(String), at);
    return position;
  };
  return (relations ?? []).map(({ from_id, to_id, type }) => ({
    head: positionOf(from_id, type),
    tail: positionOf(to_id, type),
    label: type,
  }));
}
