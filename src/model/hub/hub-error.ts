import { InputMissingError, TryAgainError, UnavailableError } from "../../errors.ts";
import type { UserError } from "../../errors.ts";
import { quote } from "../checkpoint-error.ts";
import type { ModelReference } from "./repo-id.ts";

/** A failure that may pass: a cut connection, a silent or busy server. It never leaves this folder. */
export class PassingFailure extends Error {
  override readonly name = "PassingFailure";
  /** The pause that the server asked for. */
  readonly retryAfterMs: number | undefined;
  /** Whether no connection could be made at all. */
  readonly unreachable: boolean;
  constructor(message: string, { retryAfterMs, unreachable = false }: PassingFacts = {}) {
    super(message);
    this.retryAfterMs = retryAfterMs;
    this.unreachable = unreachable;
  }
}

interface PassingFacts {
  readonly retryAfterMs?: number | undefined;
  readonly unreachable?: boolean;
}

export const tryAgain = ({ id }: ModelReference, failure: PassingFailure): TryAgainError => {
  const wait = failure.retryAfterMs;
  const when = wait === undefined ? "Try again later" : `Try again in ${Math.ceil(wait / 1000)} seconds`;
  const next = failure.unreachable
    ? "Check the network and HF_ENDPOINT, and try again"
    : `${when}; what has arrived is kept`;
  return new TryAgainError(`Pulling ${id} from the hub: ${failure.message}. ${next}.`);
};

/** An answer of the hub that is neither a success nor a failure that may pass. */
export interface Refusal {
  readonly status: number;
  /** The hub's headers `X-Error-Code` and `X-Error-Message`. */
  readonly code: string | null;
  readonly message: string | null;
  readonly url: string;
}

/** Explains a refusal to the user who named the model. */
export function refused(model: ModelReference, endpoint: string, hasToken: boolean, refusal: Refusal): UserError {
  const { id, revision } = model;
  const { status, code, message, url } = refusal;
  const said = `it answered ${status}${message ? `, ${quote(message, 200)}` : ""}`;
  const token = hasToken
    ? "the token that was sent (HF_TOKEN, or the one stored by `hf auth login`) does not open it"
    : "no token was sent: set HF_TOKEN, or log in with `hf auth login`";
  if (code === "RevisionNotFound") {
    return new InputMissingError(
      `The model ${id} at ${endpoint} has no revision ${quote(revision)}: ${said}. Check the branch, tag or commit.`,
    );
  }
  if (code === "EntryNotFound") {
    return new InputMissingError(`The model ${id} at ${endpoint} lists a file that is not there: ${url} (${said}).`);
  }
  if (code === "GatedRepo") {
    return new UnavailableError(
      `The model ${id} is open only to those who accepted its terms: ${said}; ${token}. ` +
        `Ask for access at ${endpoint}/${id}.`,
    );
  }
  // Without a token the hub answers 401 for a missing model too, to hide which private ones exist.
  if (code === "RepoNotFound" || status === 404) {
    return new InputMissingError(
      `There is no model ${id} at ${endpoint}, or it is private: ${said}. Check the name; for a private model, ${token}.`,
    );
  }
  if (status === 401 || status === 403) {
    return new UnavailableError(`The hub ${endpoint} does not let ${id} be read: ${said}; ${token}.`);
  }
  return new UnavailableError(`Pulling ${id}: the hub ${endpoint} cannot be used as it is: ${said} to ${url}.`);
}
