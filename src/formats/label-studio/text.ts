import { RecordError } from "../../corpus/errors.ts";
import { listed, quote } from "../../corpus/quote.ts";
import type { SourceLocation } from "../../errors.ts";

/** Of a text, an image or a sound that is kept elsewhere. */
const address = /^\s*(?:[a-z][a-z\d+.-]*:\/\/|\/data\/|data:)\S*\s*$/i;

/**
 * The key of a task's data that holds its text: `wanted` if that is not "", else `text`, else the only string of the
 * data, else the one named as an object tag.
 * @throws RecordError where there is no such string, and where it is an address: nothing is fetched.
 */
export function findTextKey(
  data: Readonly<Record<string, unknown>>,
  objectNames: readonly string[],
  wanted: string,
  at: SourceLocation,
): string {
  const strings = Object.keys(data).filter((key) => typeof data[key] === "string");
  const onlyString = strings.length === 1 ? strings : [];
  const candidates = wanted === "" ? ["text", ...onlyString, ...objectNames] : [wanted];
  const key = candidates.find((candidate) => strings.includes(candidate));
  if (key === undefined) {
    const names = listed(strings.map((key) => quote(key)));
    const found = strings.length === 0 ? "no string" : `strings under the keys ${names}`;
    throw new RecordError(
      `the text of the task under the key ${quote(wanted || "text")} of its data`,
      `${found}. Name its key with --fields text=KEY`,
      at,
    );
  }
  const text = String(data[key]);
  if (address.test(text)) {
    throw new RecordError(
      `the text of the task under the key ${quote(key)} of its data`,
      `the address ${quote(text)}, which is not fetched. Import the texts themselves, with valueType="text": with ` +
        'valueType="url" an export holds at most the texts of the regions (saveTextResult="yes")',
      at,
    );
  }
  return key;
}
