import { createHash } from "node:crypto";

const alwaysSafe = /[A-Za-z0-9_.-]/;
/** Names of devices, which no file on Windows may have, whatever its extension. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** Short enough that, with an extension, it stays under the 255 bytes that file systems allow. */
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

/** Escapes an id; a leading dot would hide the file, and a leading hyphen would make it look like an option. */
const plainName = (id: string): string =>
  escape(id, (character, i) => i > 0 || !(/[.-]/.test(character) || reserved.test(id)));

/** Name of an id that differs from another one only in letter case, which some file systems ignore. */
const nameWithoutLetters = (id: string): string => escape(id, (character) => /[0-9_]/.test(character));

/** The id of a document from its file name without extension; a name that FileNames did not make is the id itself. */
export function idOfFileName(name: string): string {
  if (!name.includes("%")) return name;
  try {
    const id = decodeURIComponent(name);
    return plainName(id) === name || nameWithoutLetters(id) === name ? id : name;
  } catch {
    return name;
  }
}

/** Names the files of the documents in a folder. */
export class FileNames {
  readonly #ids = new Set<string>();
  readonly #taken = new Set<string>();

  /**
   * A name without extension: ASCII letters, digits, `_`, `-`, `.` and `%`, never a path, and unique even if letter
   * case is ignored. `keepsId` is true if idOfFileName gives the id back, that is, unless the id is very long, empty or
   * repeated.
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
