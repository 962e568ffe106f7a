import { RecordError } from "../../corpus/errors.ts";
import { listed, quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import { plainContent, type PlaceContext } from "./content.ts";
import { isDialogue } from "./dialogue.ts";
import type { Region } from "./region.ts";
import type { Sorted } from "./regions.ts";
import type { Task } from "./task.ts";

/** The address of a text, an image or a sound that is stored elsewhere. */
const address = /^\s*(?:[a-z][a-z\d+.-]*:\/\/|\/data\/|data:)\S*\s*$/i;

/**
 * Finds the key of a task's data that holds its text: `wanted` if it is not ""; else the only conversation if regions
 * are in one; else `text`; else the only string of the data; else the string named like an object tag; else the only
 * conversation.
 * @throws RecordError if there is no such string
 */
export function findTextKey(
  data: Readonly<Record<string, unknown>>,
  regions: readonly Region[],
  objectNames: readonly string[],
  wanted: string,
  at: SourceLocation,
): string {
  const keys = Object.keys(data);
  const strings = keys.filter((key) => typeof data[key] === "string");
  const dialogues = keys.filter((key) => isDialogue(data[key]));
  const onlyString = strings.length === 1 ? strings : [];
  const onlyDialogue = dialogues.length === 1 ? dialogues : [];
  const inTurns = regions.some(({ spot }) => spot.kind === "turns");
  const usual = ["text", ...onlyString, ...objectNames, ...onlyDialogue];
  const candidates = wanted === "" ? [...(inTurns ? onlyDialogue : []), ...usual] : [wanted];
  const key = candidates.find((candidate) => strings.includes(candidate) || dialogues.includes(candidate));
  if (key !== undefined) return key;
  const names = listed([...strings, ...dialogues].map((key) => quote(key)));
  const found = strings.length + dialogues.length === 0 ? "no string" : `strings under the keys ${names}`;
  throw new RecordError(
    `the text of the task under the key ${quote(wanted || "text")} of its data`,
    `${found}${wanted === "" ? ". Name its key with --fields text=KEY" : ", and --fields asks for the other"}`,
    at,
  );
}

/**
 * Refuses a text that is only an address, since nothing is fetched. An address is accepted as a text if its regions are
 * in it, or if it has no regions in a task that Relata wrote.
 * @throws RecordError
 */
export function refuseAddress(
  text: string,
  key: string,
  { regions, others }: Sorted,
  task: Pick<Task, "meta">,
  context: PlaceContext,
): void {
  if (!address.test(text)) return;
  if (regions.length === 0 && others.length === 0 && task.meta?.document_id) return;
  if (regions.length > 0) {
    const spans = plainContent(text).place(regions, context);
    const isInside = (i: number): boolean => {
      const [span, { surface }] = [spans[i], regions[i]!];
      if (!span || span.start < 0 || span.end > text.length) return false;
      return surface === undefined || text.slice(span.start, span.end) === surface;
    };
    if (regions.every((_, i) => isInside(i))) return;
  }
  throw new RecordError(
    `the text of the task under the key ${quote(key)} of its data`,
    `the address ${quote(text)}, which is not fetched. Import the texts themselves, with valueType="text": with ` +
      'valueType="url" an export holds at most the texts of the regions (saveTextResult="yes")',
    context.at,
  );
}
