import { DataError } from "../errors.ts";

/** A body that is no JSON at all. */
export class BodyError extends DataError {
  override readonly name = "BodyError";
}

/** Parses the JSON body of a request. @throws BodyError for bytes that are no JSON in UTF-8 */
export function parseBody(body: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new BodyError("The body is not UTF-8.");
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BodyError(`The body is not JSON: ${(error as Error).message}.`);
  }
}
