import type { Document } from "../corpus/document.ts";
import type { NoticeLog } from "../corpus/notices.ts";

/** Type written for an entity without one, for tools that would drop the entity. */
export const standInType = "ENTITY";

/** By entity, its type for a tool that requires one; stand-ins are counted. */
export function typesWithStandIn({ entities, source }: Document, notices: NoticeLog): string[] {
  return entities.map(({ type }) => {
    if (type !== "") return type;
    notices.add("stand-in-type", `entities without a type, written with the type ${standInType}`, source);
    return standInType;
  });
}
