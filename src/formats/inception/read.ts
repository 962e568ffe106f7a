import type { SourceLocation } from "../../errors.ts";
import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { parseFields } from "../fields.ts";
import { idOfFileName } from "../file-names.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { jsonDocuments } from "../json-documents.ts";
import type { FormatName } from "../names.ts";
import type { FormatSettings } from "../settings.ts";
import { maxWholeBytes, type SourceFile } from "../source/source-file.ts";
import { parseCasJson } from "./cas-json.ts";
import type { Cas } from "./cas.ts";
import { parseDocument } from "./document.ts";
import type { LayerFields } from "./layers.ts";
import { isInitialCopy, placeInProject } from "./project.ts";

const roles = { entity: "", type: "", relation: "", label: "" };
const ends = { source: "", target: "" };

/** Describes how one of UIMA's formats is read. */
export interface CasFormat {
  readonly name: FormatName;
  /** The extension of a file name, which is not part of the document's id. */
  readonly ending: RegExp;
  /** Whether its files name the features of a relation's ends, so that `--fields` may too; true if not given. */
  readonly hasNamedEnds?: boolean;
  /** Whether the spans of its CAS are already converted to UTF-16 code units. */
  readonly hasUtf16Spans?: boolean;
}

/** Reads the documents of a CAS JSON file; a file by INCEpTION has one. */
export async function* readInception(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const reading = openReading(file, context, { name: "inception", ending: /\.json$/i });
  if (!reading) return;
  yield* jsonDocuments(file, context, { limit: maxWholeBytes }, (record, notices) => {
    const at = record.number === 1 ? { file: file.path } : record.at;
    return reading.documentOf(parseCasJson({ ...record, at }), record.number, at, notices);
  });
}

/** Reads the document of a file that holds a CAS. */
export async function* readCas(
  file: SourceFile,
  context: ReadContext,
  {
    parse,
    ...format
  }: CasFormat & {
    readonly parse: (text: string, fields: LayerFields, at: SourceLocation, notices: NoticeLog) => Cas;
  },
): AsyncGenerator<Document> {
  const reading = openReading(file, context, format);
  if (!reading) return;
  const at = { file: file.path };
  let text: string | undefined;
  let failure: unknown;
  try {
    text = await file.text();
  } catch (error) {
    failure = error;
  }
  const document = context.record(at, (notices) => {
    if (text === undefined) throw failure;
    return reading.documentOf(parse(text, reading.fields, at, notices), 1, at, notices);
  });
  if (document) yield document;
}

interface CasReading {
  readonly fields: LayerFields;
  /** @param number number of the CAS in its file, from 1 */
  documentOf(cas: Cas, number: number, at: SourceLocation, notices: NoticeLog): RawDocument;
}

/** Undefined for the copy of a text before any annotation, which is reported. */
function openReading(
  file: SourceFile,
  context: ReadContext,
  { name: format, ending, hasNamedEnds = true, hasUtf16Spans = false }: CasFormat,
): CasReading | undefined {
  const given = context.settings.fields;
  const fields: LayerFields = hasNamedEnds
    ? parseFields(format, given, { ...roles, ...ends })
    : { ...ends, ...parseFields(format, given, roles) };
  const settings: Pick<FormatSettings, "offsetUnit"> = hasUtf16Spans ? { offsetUnit: "utf-16" } : context.settings;
  if (isInitialCopy(file.path)) {
    const message = "INCEpTION's copies of texts before any annotation (INITIAL_CAS), left out";
    context.notices.add("initial-copy", message, { file: file.path });
    return undefined;
  }
  const place = placeInProject(file.path);
  const fileName = place?.document ?? file.name.replace(/\.gz$/i, "").replace(ending, "");
  return {
    fields,
    documentOf: (cas, number, at, notices) => {
      const otherwise = idOfFileName(fileName) + (number > 1 ? `-${number}` : "");
      const id = documentId(cas, place !== undefined) ?? otherwise;
      const parsed = parseDocument(cas, fields, settings, id, notices, at);
      return place ? { ...parsed, annotator: place.annotator } : parsed;
    },
  };
}

/**
 * The name of the document. INCEpTION writes the annotator's name into documentId, so the title is preferred; in a
 * project only the title is used.
 */
function documentId(cas: Cas, isInProject: boolean): string | undefined {
  const metadata = cas.all.filter(
    ({ "%TYPE": type }) => cas.isA(type, "uima.tcas.DocumentAnnotation") || type.endsWith(".DocumentMetaData"),
  );
  for (const name of isInProject ? ["documentTitle"] : ["documentTitle", "documentId"]) {
    for (const { [name]: id } of metadata) if (typeof id === "string" && id.trim() !== "") return id;
  }
  return undefined;
}
