import type { SourceLocation } from "../../errors.ts";
import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { parseFields } from "../fields.ts";
import { idOfFileName } from "../file-names.ts";
import type { ReadContext } from "../format.ts";
import type { FormatName } from "../names.ts";
import type { FormatSettings } from "../settings.ts";
import type { SourceFile } from "../source/source-file.ts";
import { parseCasJson } from "./cas-json.ts";
import type { Cas } from "./cas.ts";
import { parseDocument } from "./document.ts";
import type { LayerFields } from "./layers.ts";
import { isInitialCopy, placeInProject } from "./project.ts";

const roles = { entity: "", type: "", relation: "", label: "" };
const ends = { source: "", target: "" };

/** How one of UIMA's formats is read. */
export interface CasFormat {
  readonly name: FormatName;
  /** Of the name of a file, which is no part of the document's id. */
  readonly ending: RegExp;
  /** Whether its files name the features of a relation's ends, so that `--fields` may; true if not given. */
  readonly hasNamedEnds?: boolean;
  /** Whether `parse` gives spans in UTF-16 code units whatever the file counts. */
  readonly hasUtf16Spans?: boolean;
  readonly parse: (text: string, fields: LayerFields, at: SourceLocation, notices: NoticeLog) => Cas;
}

/** The document of a file of CAS JSON. */
export const readInception = (file: SourceFile, context: ReadContext): AsyncGenerator<Document> =>
  readCas(file, context, {
    name: "inception",
    ending: /\.json$/i,
    parse: (text, _, at) => parseCasJson(text, at),
  });

/** The document of a file that holds a CAS. */
export async function* readCas(
  file: SourceFile,
  context: ReadContext,
  { name: format, ending, hasNamedEnds = true, hasUtf16Spans = false, parse }: CasFormat,
): AsyncGenerator<Document> {
  const given = context.settings.fields;
  const fields: LayerFields = hasNamedEnds
    ? parseFields(format, given, { ...roles, ...ends })
    : { ...ends, ...parseFields(format, given, roles) };
  const settings: Pick<FormatSettings, "offsetUnit"> = hasUtf16Spans ? { offsetUnit: "utf-16" } : context.settings;
  const at = { file: file.path };
  const place = placeInProject(file.path);
  if (isInitialCopy(file.path)) {
    context.notices.add(
      "initial-copy",
      "INCEpTION's copies of texts before any annotation (INITIAL_CAS), left out",
      at,
    );
    return;
  }
  let text: string | undefined;
  let failure: unknown;
  try {
    text = await file.text();
  } catch (error) {
    failure = error;
  }
  const document = context.record(at, (notices) => {
    if (text === undefined) throw failure;
    const cas = parse(text, fields, at, notices);
    const name = place?.document ?? file.name.replace(/\.gz$/i, "").replace(ending, "");
    const id = documentId(cas, place !== undefined) ?? idOfFileName(name);
    const parsed = parseDocument(cas, fields, settings, id, notices, at);
    return place ? { ...parsed, annotator: place.annotator } : parsed;
  });
  if (document) yield document;
}

/** The name of the document. INCEpTION has the annotator's own in documentId, so the title goes first, and in a project nothing else. */
function documentId(cas: Cas, isInProject: boolean): string | undefined {
  const metadata = cas.all.filter(
    ({ "%TYPE": type }) => cas.isA(type, "uima.tcas.DocumentAnnotation") || type.endsWith(".DocumentMetaData"),
  );
  for (const name of isInProject ? ["documentTitle"] : ["documentTitle", "documentId"]) {
    for (const { [name]: id } of metadata) if (typeof id === "string" && id.trim() !== "") return id;
  }
  return undefined;
}
