import type { Document } from "../corpus/document.ts";

/** An entity of a text that is being annotated. Its id stays the same, whatever else is added or removed. */
export interface MarkedEntity {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

/** A relation between two entities, which are named by their ids. */
export interface MarkedRelation {
  readonly id: string;
  readonly head: string;
  readonly tail: string;
  readonly label: string;
  readonly probability?: number;
}

/** `open` until the annotator says that the document is done, or that it should be skipped. */
export const statuses = ["open", "done", "skipped"] as const;
export type Status = (typeof statuses)[number];

/** The annotations of one text by one annotator. */
export interface Marked {
  readonly entities: readonly MarkedEntity[];
  readonly relations: readonly MarkedRelation[];
  readonly status: Status;
}

export const nothingMarked: Marked = { entities: [], relations: [], status: "open" };

type Annotations = Pick<Document, "entities" | "relations">;

/** Names the entities `e0`, `e1`, … and the relations `r0`, `r1`, … of a document; prediction and file have no ids. */
export function markedOf({ entities, relations }: Annotations): Marked {
  return {
    entities: entities.map(({ start, end, type }, i) => ({ id: `e${i}`, start, end, type })),
    relations: relations.map(({ head, tail, label, probability }, i) => ({
      id: `r${i}`,
      head: `e${head}`,
      tail: `e${tail}`,
      label,
      ...(probability === undefined ? {} : { probability }),
    })),
    status: "open",
  };
}

/** The annotations as a document has them: entities in the order of the text, relations by positions. */
export function annotationsOf({ entities, relations }: Marked): Annotations {
  const sorted = entities.toSorted((a, b) => a.start - b.start || a.end - b.end || (a.id < b.id ? -1 : 1));
  const places = new Map(sorted.map(({ id }, i) => [id, i]));
  return {
    entities: sorted.map(({ start, end, type }) => ({ start, end, type })),
    relations: relations
      .map(({ head, tail, label, probability }) => ({
        head: places.get(head)!,
        tail: places.get(tail)!,
        label,
        ...(probability === undefined ? {} : { probability }),
      }))
      .sort((a, b) => a.head - b.head || a.tail - b.tail || (a.label < b.label ? -1 : 1)),
  };
}
