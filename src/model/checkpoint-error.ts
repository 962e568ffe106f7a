import { DataError } from "../errors.ts";

export interface CheckpointProblem {
  readonly file: string;
  readonly tensor?: string | undefined;
  /** The words that complete "expected ...". */
  readonly expected: string;
  /** The words that complete "found ...". */
  readonly found: string;
  /** Advice for the user, as a whole sentence. */
  readonly next?: string;
}

/** A file of a checkpoint is damaged, incomplete, or of another kind than it says. */
export class CheckpointError extends DataError {
  override readonly name = "CheckpointError";
  readonly file: string;
  readonly tensor: string | undefined;
  readonly expected: string;
  readonly found: string;

  constructor(what: string, problem: CheckpointProblem) {
    const { file, tensor, expected, found, next } = problem;
    const subject = tensor === undefined ? what : `tensor ${quote(tensor)}: ${what}`;
    super(`${subject}: expected ${expected}, found ${found}.${next ? ` ${next}` : ""}`, { file });
    this.file = file;
    this.tensor = tensor;
    this.expected = expected;
    this.found = found;
  }
}

/** Makes foreign text safe to show: escaped, in quotes, and short. */
export function quote(text: string, length = 80): string {
  const shown = JSON.stringify(text.slice(0, length));
  return text.length > length ? `${shown}... (${text.length} characters)` : shown;
}
