/** Names for types that brat can store, `[a-zA-Z0-9_-]`, a different one for each type. */
export class StorageNames {
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #fallback: string;

  /** @param fallback name for the empty type */
  constructor(fallback: string) {
    this.#fallback = fallback;
  }

  /** The name of a type, and whether this is the first request for it. */
  nameOf(type: string): { readonly name: string; readonly isNew: boolean } {
    const known = this.#names.get(type);
    if (known !== undefined) return { name: known, isNew: false };
    const plain = type
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .replace(/[^a-zA-Z0-9_-]/gu, "_");
    const stem = /[a-zA-Z0-9_]/.test(plain) ? plain : this.#fallback;
    let name = stem;
    for (let i = 2; this.#taken.has(name); i++) name = `${stem}_${i}`;
    this.#taken.add(name);
    this.#names.set(type, name);
    return { name, isNew: true };
  }
}
