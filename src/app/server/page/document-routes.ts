import { joinSameTexts, listFormats, textUnits, type Document } from "../../../index.ts";
import { modelNamed } from "../asking.ts";
import { fit, readJson, readRaw } from "../body.ts";
import type { Route } from "../route.ts";
import { repeatNotes } from "../annotate/documents-of.ts";
import { readSent, written } from "./document-files.ts";
import { ownExamples } from "./own-examples.ts";
import { examplesResponse, readResponse, writeRequest } from "./schemas.ts";

/** A file of documents may have so many times the bytes of a request. */
const filesAreLarger = 10;

const sampleOf = ({ id, text, entities }: Document) => ({
  id,
  text,
  entities: entities.map(({ start, end, type }) => ({ start, end, type })),
});

const examples = new Map<string, Promise<Document[]>>();

/** The names of the formats that are one file. */
const writtenFormats = async (): Promise<string[]> =>
  (await listFormats()).filter(({ written: isWritten }) => isWritten).map(({ name }) => name);

export const documentRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/page/examples/{name}",
    summary: "Some documents that a model learnt from, if their file is at hand",
    access: "token",
    response: examplesResponse,
    failures: { 404: true },
    handle: async (c, serving) => {
      const { source, version } = modelNamed(serving, c.req.param("name"));
      const key = `${source}\n${version}`;
      // A folder without a manifest, or whose data is gone, has no examples.
      const found = examples.get(key) ?? ownExamples(source).catch((): Document[] => []);
      examples.set(key, found);
      return c.json({ documents: (await found).map(sampleOf) });
    },
  },
  {
    method: "POST",
    path: "/page/read",
    summary:
      "Reads a file of documents, whose bytes are the body and whose name is the header x-file-name; x-text-unit cuts a .txt (line, paragraph, file)",
    access: "token",
    response: readResponse,
    failures: { 400: true, 413: true, 422: true },
    handle: async (c, { config }) => {
      const bytes = await readRaw(c.env.incoming, config.maxBody * filesAreLarger);
      const unit = textUnits.find((one) => one === c.req.header("x-text-unit"));
      const { documents: read, notices, texts } = await readSent(nameOf(c.req.header("x-file-name")), bytes, unit);
      const joining = joinSameTexts(read);
      return c.json({
        documents: joining.documents.map(sampleOf),
        formats: await writtenFormats(),
        notices: [...notices, ...repeatNotes(joining)],
        ...(texts ? { texts } : {}),
      });
    },
  },
  {
    method: "POST",
    path: "/page/write",
    summary: "Writes documents in an annotation format",
    access: "token",
    request: writeRequest,
    response: { media: "application/octet-stream" },
    failures: { 400: true, 413: true, 415: true, 422: true },
    handle: async (c, { config }) => {
      const { to, documents } = fit(writeRequest, await readJson(c.env.incoming, config.maxBody * filesAreLarger));
      const { bytes, extension } = await written(to, documents);
      return c.body(new Uint8Array(bytes), 200, {
        "content-type": "application/octet-stream",
        "x-file-extension": extension,
      });
    },
  },
];

/** A header has ASCII alone, so that the page sends the name as a part of an address has it. */
function nameOf(header: string | undefined): string {
  try {
    return decodeURIComponent(header ?? "file.jsonl");
  } catch {
    return "file.jsonl";
  }
}
