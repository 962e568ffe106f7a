import { UserError } from "../../errors.ts";

/** A row that could not be scored, as it stands in a file of rejects: enough to find it, and the reason. */
export interface RejectedRow {
  readonly file: string;
  readonly line?: number | undefined;
  /** The number of the record in the file, where the line does not say it. */
  readonly record?: number | undefined;
  /** The position of the first byte of the line in the file. */
  readonly byteOffset?: number | undefined;
  readonly id?: string | undefined;
  /** A stable word for the kind of error, as `not-json` or `span-outside-text`. */
  readonly error: string;
  readonly reason: string;
}

/** The word for an error: the name of its class, `NotJsonError` as `not-json`; `model-failed` for one of the model. */
export function codeOfError(error: Error): string {
  if (!(error instanceof UserError)) return "model-failed";
  const words = error.name.replace(/Error$/, "").replace(/(?<=[a-z])(?=[A-Z])/g, "-");
  return words === "" ? "data" : words.toLowerCase();
}
