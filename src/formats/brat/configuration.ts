const section = /^\s*\[(.*)\]\s*$/;
const macro = /^<([A-Za-z_-]+)>=\s*(.*?)\s*$/;

/** The relations that an `annotation.conf` declares to hold in both directions. */
export function symmetricRelations(configuration: string): string[] {
  const labels: string[] = [];
  const macros = new Map<string, string>();
  let isRelations = false;
  for (const given of configuration.split(/\r?\n/)) {
    if (/^\s*(?:#|$)/.test(given)) continue;
    const [, header] = section.exec(given) ?? [];
    if (header !== undefined) {
      isRelations = header === "relations";
      macros.clear();
      continue;
    }
    const [, name, value] = macro.exec(given) ?? [];
    if (name !== undefined && value !== undefined) {
      macros.set(`<${name}>`, value);
      continue;
    }
    if (!isRelations) continue;
    let line = given;
    for (const [name, value] of macros) line = line.replaceAll(name, value);
    // A type may be followed by other spellings after bars; "!" marks a type that only groups others.
    const type = line.trim().split(/[\s|]/, 1)[0]!.replace(/^!/, "");
    const isSymmetric = /<REL-TYPE>:\s*(?:\w+-)*symmetric\b/.test(line);
    const isImplied = type === "Equiv" && !line.includes("<REL-TYPE>");
    if (isSymmetric || isImplied) labels.push(type);
  }
  return labels;
}

/** Collects the types and relations of documents, by the names that brat stores. */
export class Configuration {
  readonly #entityTypes = new Set<string>();
  readonly #relations = new Map<string, { heads: Set<string>; tails: Set<string>; isSymmetric: boolean }>();

  addEntityType(type: string): void {
    this.#entityTypes.add(type);
  }

  addRelation(label: string, headType: string, tailType: string, isSymmetric: boolean): void {
    let relation = this.#relations.get(label);
    if (!relation) this.#relations.set(label, (relation = { heads: new Set(), tails: new Set(), isSymmetric }));
    relation.heads.add(headType);
    relation.tails.add(tailType);
    if (isSymmetric) {
      relation.heads.add(tailType);
      relation.tails.add(headType);
    }
  }

  /** The content of an `annotation.conf` with which brat displays and edits these types. */
  toString(): string {
    const relations = [...this.#relations].map(([label, { heads, tails, isSymmetric }]) => {
      const args = [`Arg1:${[...heads].join("|")}`, `Arg2:${[...tails].join("|")}`];
      if (isSymmetric) args.push("<REL-TYPE>:symmetric");
      return `${label}\t${args.join(", ")}`;
    });
    const overlap = "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>";
    const lines = ["[entities]", ...this.#entityTypes, "", "[relations]", overlap, ...relations];
    return [...lines, "", "[events]", "", "[attributes]", ""].join("\n");
  }
}
