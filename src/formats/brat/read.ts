import type { SourceLocation } from "../../errors.ts";
import type { Document, Entity, Relation } from "../../corpus/document.ts";
import { UnknownEntityError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { wholeSpan } from "../discontinuous.ts";
import { idOfFileName } from "../file-names.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import type { FormatSettings } from "../settings.ts";
import type { Line } from "../source/lines.ts";
import type { SourceFile } from "../source/source-file.ts";
import { bratEndings, bratFile } from "../source/member.ts";
import { symmetricRelations } from "./configuration.ts";
import { MissingTextError } from "./errors.ts";
import { wholeLines } from "./line-breaks.ts";
import { isRecorded, placeFragments, type StandoffText } from "./places.ts";
import { parseStandoff, type Standoff } from "./standoff.ts";

const configurationFile = "annotation.conf";

/**
 * Reads the document of an `.ann` file, or of files with parts of its annotations, together with its text and the
 * configuration.
 */
export async function* readBrat(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const { settings, symmetricLabels } = context;
  const name = file.name.replace(bratFile, "");
  const lines = await annotationLines(file, name);
  // Errors in the files of one document are thrown inside `record`, which may leave the document out.
  const openText = await settle(readText(file, `${name}.txt`));
  const openConfiguration = await settle(
    file.sibling(configurationFile).then(async (beside) => readWhole(beside ?? (await file.above(configurationFile)))),
  );

  const at = { file: file.path };
  let labels: string[] = [];
  const document = context.record(at, (notices) => {
    const given = openText();
    const standoff = parseStandoff(wholeLines(lines, given));
    labels = [
      ...symmetricRelations(openConfiguration()?.text ?? ""),
      ...standoff.equivalences.map(({ label }) => label),
    ];
    return {
      id: file.folder + idOfFileName(name),
      text: given.text,
      ...annotations(given, standoff, settings, notices, at),
      source: at,
    };
  });
  if (!document) return;
  for (const label of labels) symmetricLabels.add(label);
  yield document;
}

/** All lines of the file; if it holds a part of the annotations, also the lines of the other parts, in brat's order. */
async function annotationLines(file: SourceFile, name: string): Promise<Line[]> {
  const [, ending = ""] = bratFile.exec(file.name) ?? [];
  const lines: Line[] = [];
  const endings = ending.toLowerCase() === "ann" ? [ending] : bratEndings.slice(1);
  for (const part of endings) {
    const partFile = part === ending ? file : await file.sibling(`${name}.${part}`);
    if (partFile) for await (const line of partFile.lines()) lines.push(line);
    if (partFile !== file) await partFile?.close();
  }
  return lines;
}

async function settle<T>(promise: Promise<T>): Promise<() => T> {
  try {
    const value = await promise;
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

async function readWhole(file: SourceFile | undefined): Promise<StandoffText | undefined> {
  if (!file) return undefined;
  try {
    const text = await file.text();
    return { text, hasByteOrderMark: file.bytes > Buffer.byteLength(text) };
  } finally {
    await file.close();
  }
}

async function readText(file: SourceFile, name: string): Promise<StandoffText> {
  const given = await readWhole(await file.sibling(name));
  if (!given) throw new MissingTextError(file.path, name, file.elsewhere(name));
  return given;
}

type Annotations = Pick<RawDocument, "entities" | "relations" | "surfaces" | "met">;

function annotations(
  given: StandoffText,
  standoff: Standoff,
  settings: FormatSettings,
  notices: NoticeLog,
  at: SourceLocation,
): Annotations {
  const { textBounds, events, equivalences, unread } = standoff;
  for (const place of unread) {
    notices.lose("brat-unread", "attributes, normalizations and notes of brat, left out", place, { annotations: 1 });
  }
  for (const { roles, at } of events) {
    if (roles > 0)
      notices.add("brat-event", "events of brat, read as relations from their trigger to each of their arguments", at);
  }
  for (const { at } of equivalences) {
    notices.add(
      "brat-equivalence",
      "equivalences of brat, read as a relation in both directions between each two of their members",
      at,
    );
  }

  notices.addToTotal("discontinuous-span", textBounds.length);
  const placed = placeFragments(given, textBounds, settings, notices, at);
  const positions = new Map<string, number | undefined>();
  const entities: Entity[] = [];
  const surfaces: (string | undefined)[] = [];
  for (const [i, { id, type, surface }] of textBounds.entries()) {
    const whole = wholeSpan(given.text, placed[i]!, settings, notices, { ...at, detail: id });
    positions.set(id, whole && entities.length);
    if (!whole) continue;
    entities.push({ start: whole.start, end: whole.end, type });
    surfaces.push(surface === undefined || isRecorded(given.text, placed[i]!, surface) ? undefined : surface);
  }
  const met = { entities: textBounds.length, relations: standoff.arcs.length, annotations: unread.length };
  return { entities, relations: relationsOf(standoff, positions, notices), surfaces, met };
}

/** @param positions of entities by the id of their T line, undefined for those left out */
function relationsOf(
  { events, arcs, relationIds }: Standoff,
  positions: ReadonlyMap<string, number | undefined>,
  notices: NoticeLog,
): Relation[] {
  const triggers = new Map(events.map(({ id, trigger }) => [id, trigger]));
  const known = [...positions.keys(), ...triggers.keys()];
  for (const { type, trigger, at } of events) {
    if (!positions.has(trigger)) throw new UnknownEntityError(type, trigger, known, at);
  }
  const relations: Relation[] = [];
  for (const { label, from, to, at } of arcs) {
    const ids = [from, to].map((id) => triggers.get(id) ?? id);
    if (ids.some((id) => relationIds.has(id))) {
      notices.lose("relation-of-relation", "relations with a relation as an argument, left out", at, { relations: 1 });
      continue;
    }
    const unknown = ids.find((id) => !positions.has(id));
    if (unknown !== undefined) throw new UnknownEntityError(label, unknown, known, at);
    const [head, tail] = ids.map((id) => positions.get(id));
    if (head === undefined || tail === undefined) {
      const message = "relations of a span in several pieces, left out with it";
      notices.lose("relation-of-skipped", message, at, { relations: 1 });
    } else relations.push({ head, tail, label });
  }
  return relations;
}
