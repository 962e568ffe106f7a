import type { SourceLocation } from "../../errors.ts";
import type { DeclaredType, Range } from "../inception/cas.ts";
import { parseXml } from "../xml/read-xml.ts";

const stringType = "uima.cas.String";
const lists = /^uima\.cas\.(?:FSArray|FSList|\w+Array|\w+List)$/;

/** The types of a TypeSystem.xml, by name. Subtypes of strings, which tag sets create, count as strings. */
export function parseTypeSystem(text: string, at: SourceLocation): Map<string, DeclaredType> {
  const types = new Map<string, DeclaredType>();
  const path: string[] = [];
  let type = empty();
  let feature: Record<string, string> = {};
  const reading = parseXml(text, at, {
    open({ local }) {
      path.push(local);
      if (local === "typeDescription") type = empty();
      if (local === "featureDescription") feature = {};
    },
    text(text) {
      const [within, name] = path.slice(-2);
      if (within === "typeDescription" && name === "name") type.name += text;
      if (within === "typeDescription" && name === "supertypeName") type.parent += text;
      if (within === "featureDescription" && name !== undefined) feature[name] = (feature[name] ?? "") + text;
    },
    close(local) {
      path.pop();
      if (local === "featureDescription") {
        const range = rangeOf(feature["rangeTypeName"]?.trim() ?? "", feature["elementType"]?.trim());
        type.features.set(feature["name"]?.trim() ?? "", range);
      }
      if (local === "typeDescription") {
        types.set(type.name.trim(), { parent: type.parent.trim(), features: type.features });
      }
    },
  });
  while (!reading.next().done);
  const isString = ({ type }: Range): boolean => types.get(type)?.parent === stringType;
  return new Map(
    [...types].map(([name, { parent, features }]) => {
      const ranges = [...features].map(
        ([key, range]) => [key, isString(range) ? { ...range, type: stringType } : range] as const,
      );
      return [name, { parent, features: new Map(ranges) }];
    }),
  );
}

const empty = (): { name: string; parent: string; features: Map<string, Range> } => ({
  name: "",
  parent: "",
  features: new Map(),
});

function rangeOf(type: string, element: string | undefined): Range {
  if (type.endsWith("[]")) return { type: type.slice(0, -2), isList: true };
  if (!lists.test(type)) return { type, isList: false };
  const isOfStructures = /FS(?:Array|List)$/.test(type);
  return { type: isOfStructures ? (element ?? "uima.cas.TOP") : type.replace(/(?:Array|List)$/, ""), isList: true };
}
