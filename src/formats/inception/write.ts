import type { Document } from "../../corpus/document.ts";
import { parseFields } from "../fields.ts";
import { allBut } from "../features.ts";
import { FileNames } from "../file-names.ts";
import type { FormatWriter, OutputPiece } from "../format.ts";
import type { LayerFields } from "./layers.ts";

/** The layers that are written unless `--fields` names others. */
export const defaultLayers: LayerFields = {
  entity: "custom.Entity",
  type: "value",
  relation: "custom.Relation",
  label: "label",
  source: "Governor",
  target: "Dependent",
};

export const metadataType = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData";

const declare = (name: string, parent: string, features: Readonly<Record<string, string>>): object => ({
  "%NAME": name,
  "%SUPER_TYPE": parent,
  ...Object.fromEntries(
    Object.entries(features).map(([feature, range]) => [feature, { "%NAME": feature, "%RANGE": range }]),
  ),
});

function typesOf({ entity, type, relation, label, source, target }: LayerFields): object {
  const string = "uima.cas.String";
  return {
    [metadataType]: declare(metadataType, "uima.tcas.DocumentAnnotation", {
      documentTitle: string,
      documentId: string,
    }),
    [entity]: declare(entity, "uima.tcas.Annotation", { [type]: string }),
    [relation]: declare(relation, "uima.tcas.Annotation", { [source]: entity, [target]: entity, [label]: string }),
  };
}

function casOf({ id, text, entities, relations }: Document, fields: LayerFields): object {
  const sofa = 1;
  const annotation = { "@sofa": sofa };
  const firstEntity = 3;
  const metadata = {
    "%ID": 2,
    "%TYPE": metadataType,
    ...annotation,
    begin: 0,
    end: text.length,
    language: "x-unspecified",
    documentTitle: id,
    documentId: id,
  };
  const spans = entities.map(({ start, end, type }, i) => ({
    "%ID": firstEntity + i,
    "%TYPE": fields.entity,
    ...annotation,
    begin: start,
    end,
    ...(type === "" ? {} : { [fields.type]: type }),
  }));
  const arcs = relations.map(({ head, tail, label }, i) => ({
    "%ID": firstEntity + entities.length + i,
    "%TYPE": fields.relation,
    ...annotation,
    // INCEpTION gives a relation the span of its target.
    begin: entities[tail]!.start,
    end: entities[tail]!.end,
    [`@${fields.source}`]: firstEntity + head,
    [`@${fields.target}`]: firstEntity + tail,
    [fields.label]: label,
  }));
  const members = [metadata, ...spans, ...arcs];
  const view = { "%SOFA": sofa, "%MEMBERS": members.map((structure) => structure["%ID"]) };
  const sofaStructure = {
    "%ID": sofa,
    "%TYPE": "uima.cas.Sofa",
    sofaNum: 1,
    sofaID: "_InitialView",
    mimeType: "text",
    sofaString: text,
  };
  return {
    "%TYPES": typesOf(fields),
    "%FEATURE_STRUCTURES": [sofaStructure, ...members],
    "%VIEWS": { _InitialView: view },
  };
}

/** Writes `<id>.json` for each document, a CAS with the layers of `--fields`. */
export const inceptionWriter: FormatWriter = {
  layout: "folder",
  extension: "",
  usesFields: true,
  holds: allBut("probabilities", "metadata"),
  async *write(documents, context): AsyncGenerator<OutputPiece> {
    const fields = parseFields<keyof LayerFields>("inception", context.fields, defaultLayers);
    const files = new FileNames();
    for await (const document of documents) {
      const file = `${files.nameOf(document.id).name}.json`;
      yield { file, text: `${JSON.stringify(casOf(document, fields), undefined, 2)}\n` };
    }
  },
};
