import { UsageError } from "../../errors.ts";
import { quote } from "../checkpoint-error.ts";

/** A model at the hub, at one of its revisions. */
export interface ModelReference {
  /** The name: `org/name`. */
  readonly id: string;
  /** A branch, a tag or a commit hash. */
  readonly revision: string;
}

// The hub's own rules, as huggingface_hub checks them (utils/_validators.py, validate_repo_id).
const part = "[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?";
const idPattern = new RegExp(`^${part}/${part}$`);
const isId = (id: string): boolean => idPattern.test(id) && !/--|\.\.|\.git$/.test(id) && id.length <= 193;

// The rules of git check-ref-format alone: a name that follows them is also a safe path below refs/.
const isRevision = (revision: string): boolean =>
  revision.length <= 200 &&
  /^[A-Za-z0-9_][A-Za-z0-9_./+=-]*$/.test(revision) &&
  !/\.\.|\/\/|\/\.|\.\/|[/.]$|\.lock(?:\/|$)/.test(revision);

/** Whether text can name a model at the hub. A folder may have the same name: look for it first. */
export function isModelReference(text: string): boolean {
  const { id, revision } = split(text);
  return isId(id) && isRevision(revision);
}

/**
 * Reads `org/name` or `org/name@revision`; the revision is `main` unless given.
 * @throws UsageError for anything else, such as a path.
 */
export function parseModelReference(text: string): ModelReference {
  const { id, revision } = split(text);
  if (!isId(id)) {
    throw new UsageError(
      `${quote(text)} is not the name of a model at the hub: expected org/name or org/name@revision, both of letters, ` +
        'digits, "-", "_" and ".". If a folder is meant, check that it exists.',
    );
  }
  if (!isRevision(revision)) {
    throw new UsageError(
      `${quote(text)}: expected a branch, a tag or a commit hash after "@", found ${quote(revision)}.`,
    );
  }
  return { id, revision };
}

/** Whether a revision is a commit: its hash is written in full; anything shorter may be a branch or a tag. */
export const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision);

export const formatModelReference = ({ id, revision }: ModelReference): string => `${id}@${revision}`;

function split(text: string): ModelReference {
  const at = text.indexOf("@");
  return at < 0 ? { id: text, revision: "main" } : { id: text.slice(0, at), revision: text.slice(at + 1) };
}
