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

/** The types of a CAS, read with the XMI files beside and below it. */
const typeSystem = /^typesystem\.xml$/i;
const bratSettings = /^(annotation|visual|tools|kb_shortcuts)\.conf$/;

/**
 * The endings of files that hold a text's annotations in brat's form: all of them in `.ann`, or where there is none
 * parts in several, as in the shared tasks of BioNLP (given entities, what is to be found, coreferences, relations).
 */
export const bratEndings = ["ann", "a1", "a2", "co", "rel"] as const;

/** The ending, and whether the file is packed. */
export const bratFile: RegExp = new RegExp(String.raw`\.(${bratEndings.join("|")})(\.gz)?$`, "i");

/** Whether a file is read with another one: the text of brat's annotations, further parts of them, brat's settings, or a type system. */
export function isCompanion(name: string, all: { has(name: string): boolean }): boolean {
  const has = (stem: string, endings: readonly string[]): boolean =>
    endings.some((ending) => all.has(`${stem}.${ending}`) || all.has(`${stem}.${ending}.gz`));
  if (name.endsWith(".txt")) return has(name.slice(0, -".txt".length), bratEndings);
  const [whole, ending = ""] = bratFile.exec(name) ?? [];
  if (whole !== undefined) {
    const stem = name.slice(0, -whole.length);
    const place = bratEndings.findIndex((other) => other === ending.toLowerCase());
    return all.has(`${stem}.txt`) && has(stem, bratEndings.slice(0, place));
  }
  const alone = name.slice(folderOf(name).length);
  return bratSettings.test(alone) || typeSystem.test(alone);
}

/** In order of name, the same on all machines. */
export const byName = (a: Pick<Member, "name">, b: Pick<Member, "name">): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
