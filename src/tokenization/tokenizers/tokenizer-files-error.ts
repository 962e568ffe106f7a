import { DataError } from "../../errors.ts";

/** A tokenizer's file is missing, or is not what its name promises. */
export class TokenizerFilesError extends DataError {
  override readonly name = "TokenizerFilesError";
  readonly fileName: string;
  constructor(fileName: string, problem: string) {
    super(`cannot open the tokenizer: ${problem}`, { file: fileName });
    this.fileName = fileName;
  }
}
