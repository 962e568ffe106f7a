/** A file within a folder or an archive. */
export interface Member {
  /** From the folder or archive on, with slashes, and safe to be shown: `2024/a.ann`. */
  readonly name: string;
  /** Where it lies on the disk; absent for a member of an archive. */
  readonly place?: string;
  /** Its bytes, from the beginning at each call. */
  readonly chunks: () => AsyncGenerator<Buffer>;
}

/** The folder part of a member's name, with its slash; "" for one that is in none. */
export const folderOf = (name: string): string => name.slice(0, name.lastIndexOf("/") + 1);

/** What systems and editors keep for themselves: `.git/config`, `.DS_Store`, `__MACOSX/._a.ann`. */
export const isHidden = (name: string): boolean =>
  name.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");

const bratSettings = /^(annotation|visual|tools|kb_shortcuts)\.conf$/;

/** Whether a file is read with another one: the text beside its brat annotations, or brat's settings. */
export function isCompanion(name: string, all: { has(name: string): boolean }): boolean {
  const stem = name.replace(/\.txt$/, "");
  const isText = stem !== name && [".ann", ".ann.gz"].some((ending) => all.has(stem + ending));
  return isText || bratSettings.test(name.slice(folderOf(name).length));
}

/** In order of name, the same on all machines. */
export const byName = (a: Pick<Member, "name">, b: Pick<Member, "name">): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
