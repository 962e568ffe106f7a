import { isList, someRecord } from "../source/probe.ts";
import type { Stranger } from "./stranger.ts";

/**
 * A bug of doccano (github.com/doccano/doccano, issue 1795): the export has the names of the lists instead of the
 * annotations.
 */
export const doccanoWithoutSpans: Stranger = {
  name: 'an export of doccano 1.5 or 1.6 that lost its annotations: its label is only the word "entities" or "relations"',
  advice:
    "That is a bug of those versions of doccano, and the annotations are not in the file. They are still in its database: " +
    "update doccano and export the project once more.",
  is: (probe) =>
    someRecord(
      probe,
      ({ label }) =>
        isList(label) && label.length > 0 && label.every((name) => name === "entities" || name === "relations"),
    ),
};

export const doccanoClassification: Stranger = {
  name: "an export of texts with labels as doccano writes it for classification: the labels are of whole texts",
  advice:
    "It holds neither entities nor relations. Annotate them in a project of sequence labelling with relations (docs/formats/doccano.md).",
  is: (probe) =>
    someRecord(
      probe,
      ({ text, data, label, entities, spans }) =>
        typeof (text ?? data) === "string" &&
        entities === undefined &&
        spans === undefined &&
        (typeof label === "string" ||
          (isList(label) && label.length > 0 && label.every((name) => typeof name === "string"))),
    ),
};
