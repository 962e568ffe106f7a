/** A file within a folder or an archive. */
export interface Member {
  /** Path inside the folder or archive, with slashes, safe to display: `2024/a.ann`. */
  readonly name: string;
  /** Its path on disk; absent for a member of an archive. */
  readonly place?: string;
  /** Its bytes; each call starts from the beginning. */
  readonly chunks: () => AsyncGenerator<Buffer>;
}

/** The folder part of a member's name, with its slash; "" if it is in no folder. */
export const folderOf = (name: string): string => name.slice(0, name.lastIndexOf("/") + 1);

/** Whether a file belongs to a system or editor: `.git/config`, `.DS_Store`, `__MACOSX/._a.ann`. */
export const isHidden = (name: string): boolean =>
  name.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");

/** Name of the file with the types of a CAS, read together with XMI files beside and below it. */
const typeSystem = /^typesystem\.xml$/i;
const bratSettings = /^(annotation|visual|tools|kb_shortcuts)\.conf$/;

/**
 * Extensions of files with a text's annotations in brat's form: `.ann` holds all; without it, several files hold parts,
 * as in the BioNLP shared tasks (given entities, annotations to predict, coreferences, relations).
 */
export const bratEndings = ["ann", "a1", "a2", "co", "rel"] as const;

/** Matches the extension, and whether the file is packed. */
export const bratFile: RegExp = new RegExp(String.raw`\.(${bratEndings.join("|")})(\.gz)?$`, "i");

/**
 * Whether a file is only read together with another one: the text or further parts of brat's annotations, brat's
 * settings, or a type system.
 */
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

/** Compares by name, the same on all machines. */
export const byName = (a: Pick<Member, "name">, b: Pick<Member, "name">): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
