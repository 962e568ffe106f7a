import { closest } from "../corpus/closest.ts";
import { quote } from "../quote.ts";
import { UsageError } from "../errors.ts";

/**
 * Parses `text=body,label=relation` to { text: "body", label: "relation" }; roles that are not named keep their
 * default.
 * @throws UsageError for another syntax, and for a role that the format does not have.
 */
export function parseFields<Role extends string>(
  format: string,
  given: string | undefined,
  defaults: Readonly<Record<Role, string>>,
): Record<Role, string> {
  const fields: Record<Role, string> = { ...defaults };
  const roles = Object.keys(defaults);
  for (const part of given?.split(",") ?? []) {
    const [role = "", ...name] = part.split("=");
    if (name.length === 0)
      throw new UsageError(
        `--fields: expected role=name, found ${quote(part)}; roles of ${format}: ${roles.join(", ")}.`,
      );
    if (!roles.includes(role)) {
      const nearest = closest(role, roles);
      const hint = nearest === undefined ? "" : ` Did you mean ${nearest}?`;
      throw new UsageError(`--fields: ${format} has no role ${quote(role)}.${hint} Its roles: ${roles.join(", ")}.`);
    }
    fields[role as Role] = name.join("=").trim();
  }
  return fields;
}
