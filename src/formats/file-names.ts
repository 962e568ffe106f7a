import { createHash } from "node:crypto";

const alwaysSafe = /[A-Za-z0-9_.-]/;
/** Names of devices, which Windows gives to no file whatever its ending. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** With an ending it stays under the 255 bytes that file systems allow. */
const longestName = 200;

const escapeByte = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;

function escape(id: string, isSafe: (character: string, i: number) => boolean): string {
  let name = "";
  for (const byte of new TextEncoder().encode(id)) {
    const character = String.fromCharCode(byte);
    name += byte < 0x80 && alwaysSafe.test(character) && isSafe(character, name.length) ? character : escapeByte(byte);
  }
  return name;
}

/** A leading point hides a file, a leading hyphen makes it an option. */
const plainName = (id: string): string =>
  escape(id, (character, i) => i > 0 || !(/[.-]/.test(character) || reserved.test(id)));

/** For an id that differs from another only in its letters' case, which some file systems do not tell apart. */
const nameWithoutLetters = (id: string): string => escape(id, (character) => /[0-9_]/.test(character));

/** The id of a document by the name of its file, without ending; of names that are none of FileNames, the name itself. */
export function idOfFileName(name: string): string {
  if (!name.includes("%")) return name;
  try {
    const id = decodeURIComponent(name);
    return plainName(id) === name || nameWithoutLetters(id) === name ? id : name;
  } catch {
    return name;
  }
}

/** Gives each document of a folder the name of its file. */
export class FileNames {
  readonly #ids = new Set<string>();
  readonly #taken = new Set<string>();

  /**
   * A name without ending: ASCII letters, digits, `_`, `-`, `.` and `%`, never a path, each once whatever the case of
   * letters. `keepsId` tells whether idOfFileName gives the id back; it does but for ids that are very long, empty or
   * there twice.
   */
  nameOf(id: string): { readonly name: string; readonly keepsId: boolean } {
    const isFirst = !this.#ids.has(id);
    this.#ids.add(id);
    for (const name of isFirst ? [plainName(id), nameWithoutLetters(id)] : []) {
      if (name !== "" && name.length <= longestName && this.#take(name)) return { name, keepsId: true };
    }
    const digest = createHash("sha256").update(id).digest("hex").slice(0, 12);
    const shortened = `${plainName(id).slice(0, longestName - 30)}~${digest}`;
    for (let i = 1; ; i++) {
      const name = i === 1 ? shortened : `${shortened}~${i}`;
      if (this.#take(name)) return { name, keepsId: false };
    }
  }

  #take(name: string): boolean {
    const key = name.toLowerCase();
    if (this.#taken.has(key)) return false;
    this.#taken.add(key);
    return true;
  }
}
