import { RecordError } from "../../corpus/errors.ts";
import { quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";

/** What a column holds: a feature; nothing but whether there is an annotation; the source of a relation; roles or targets of links. */
export interface Column {
  readonly kind: "feature" | "placeholder" | "source" | "role" | "target";
  /** Of the feature; of a column of roles or targets, the one with the links. */
  readonly name: string;
  /** Of the source: type of the annotations that are joined; of roles: type of the links; of targets: theirs. */
  readonly type: string;
}

/** Annotations of one type, and the columns with their features. */
export interface Layer {
  readonly kind: "span" | "relation" | "chain";
  readonly type: string;
  readonly columns: readonly Column[];
}

const declaration = /^#T_(SP|RL|CH)=(.*)$/;
const kinds = { SP: "span", RL: "relation", CH: "chain" } as const;
// The type of a link comes after the last underscore before its own first point: both names may have underscores.
const roles = /^ROLE_(?:[^|:]*:)?([^.]+?)_([^_.]+\..+)$/;

export const isDeclaration = (line: string): boolean => declaration.test(line);

/** The layer of a line as `#T_SP=webanno.custom.Person|value`. @throws {RecordError} */
export function parseLayer(line: string, at: SourceLocation): Layer {
  const [, code, rest = ""] = declaration.exec(line) ?? [];
  const kind = kinds[code as keyof typeof kinds];
  const [type = "", ...names] = rest.split("|");
  if (type === "") throw new RecordError("the type of a layer, as #T_SP=webanno.custom.Person|value", quote(line), at);
  const columns: Column[] = [];
  for (const name of names) {
    const last = columns.at(-1);
    const [, feature, linkType] = (kind === "span" && roles.exec(name)) || [];
    if (feature !== undefined && linkType !== undefined) columns.push({ kind: "role", name: feature, type: linkType });
    else if (kind === "relation" && name.startsWith("BT_")) {
      columns.push({ kind: "source", name: "", type: name.slice("BT_".length) });
    } else if (last?.kind === "role") columns.push({ kind: "target", name: last.name, type: name });
    else columns.push({ kind: name === "" ? "placeholder" : "feature", name, type: "" });
  }
  if (columns.length === 0) columns.push({ kind: "placeholder", name: "", type: "" });
  return { kind, type, columns };
}
