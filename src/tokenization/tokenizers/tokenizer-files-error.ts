import { DataError } from "../../errors.ts";

/** Thrown if a tokenizer's file is missing or malformed. */
export class TokenizerFilesError extends DataError {
  override readonly name = "TokenizerFilesError";
  readonly fileName: string;
  constructor(fileName: string, problem: string) {
    super(`cannot open the tokenizer: ${problem}`, { file: fileName });
    this.fileName = fileName;
  }
}
