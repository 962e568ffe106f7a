import { readSchema } from "../../../corpus/read-schema.ts";
import { relationsTask } from "./relations-task.ts";
import { roomNow } from "./room.ts";

/** Relations in Node, which reads files and asks the machine for its memory. */
export const relations = relationsTask({ readSchema, room: roomNow });
