import { RecordError } from "../../corpus/errors.ts";
import { quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";

/**
 * A column holds a feature, only the presence of an annotation, the source of a relation, or the roles or targets of
 * links.
 */
export interface Column {
  readonly kind: "feature" | "placeholder" | "source" | "role" | "target";
  /** Name of the feature; for roles and targets, of the feature with the links. */
  readonly name: string;
  /**
   * For a source, the type of the related annotations; for roles, the type of the links; for targets, the type of the
   * targets.
   */
  readonly type: string;
}

/** A layer of annotations of one type, with the columns of their features. */
export interface Layer {
  readonly kind: "span" | "relation" | "chain";
  readonly type: string;
  readonly columns: readonly Column[];
}

const declaration = /^#T_(SP|RL|CH)=(.*)$/;
const kinds = { SP: "span", RL: "relation", CH: "chain" } as const;
// The type of a link begins after the last underscore before its first dot, since both names may contain underscores.
const roles = /^ROLE_(?:[^|:]*:)?([^.]+?)_([^_.]+\..+)$/;

export const isDeclaration = (line: string): boolean => declaration.test(line);

/**
 * Parses the layer of a line such as `#T_SP=webanno.custom.Person|value`.
 * @throws {RecordError}
 */
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
