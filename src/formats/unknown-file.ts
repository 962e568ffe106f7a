import { closest } from "../corpus/closest.ts";
import { UnknownFormatError } from "../corpus/errors.ts";
import { listed, printable, quote } from "../quote.ts";
import { columnAdvice } from "./csv/column-advice.ts";
import { tableHeader } from "./csv/table-header.ts";
import { detectFormat, formats } from "./registry.ts";
import type { FormatSettings } from "./settings.ts";
import { isList, isObject, probeBytes, type JsonObject, type Probe } from "./source/probe.ts";
import { xmlRoot } from "./source/xml-root.ts";
import { findStranger } from "./strangers/registry.ts";

/** A file that no format recognizes. */
export interface UnknownFile {
  readonly path: string;
  /** Description in a few words, to be read after "it looks like". */
  readonly what: string;
  /** Advice in whole sentences. */
  readonly next: string;
}

/** Describes a file that is not of the given format, or of no known format. */
export function describeUnknown(
  path: string,
  probe: Probe,
  settings: Pick<FormatSettings, "fields" | "format">,
): UnknownFile {
  const other = settings.format && detectFormat(probe, settings);
  if (other)
    return { path, what: `the format ${other.name}`, next: `Leave --format out to have it read as ${other.name}.` };
  const stranger = findStranger(probe);
  if (stranger) return { path, what: stranger.name, next: stranger.advice };
  const { what, next } = describeJson(probe) ?? describeOther(probe, settings.fields);
  return { path, what, next };
}

type Description = Omit<UnknownFile, "path">;

const expectation = "Expected is the export of an annotation tool or a corpus with relations (docs/data.md).";

function describeJson({ records, layout, head }: Probe): Description | undefined {
  if (layout === undefined) return undefined;
  const record = records.find((record) => isObject(record) && Object.keys(record).length > 0);
  if (isObject(record)) {
    const wrapped = describeWrapped(record);
    if (wrapped) return wrapped;
    const keys = Object.keys(record);
    const where = records.length > 1 ? "JSON whose records have" : "JSON with";
    return {
      what: `${where} the keys ${listed(
        keys.map((key) => quote(key, 30)),
        8,
      )}`,
      next: nearestFormat(keys),
    };
  }
  if (/^[\s[\]{},]*$/.test(head)) return { what: "JSON without a record", next: "Was the export finished?" };
  const [first] = records;
  if (isObject(first) || first === undefined) {
    const found = quote(head.trimStart().slice(0, 30), 30);
    return {
      what: `something that begins like JSON, ${found}, and is none`,
      next: `Was the file cut or edited? ${expectation}`,
    };
  }
  return { what: `JSON, a list of ${isList(first) ? "lists" : `${typeof first}s`}`, next: expectation };
}

/** Describes an object around a list of records that a format has, such as `{"data": […]}`. */
function describeWrapped(record: JsonObject): Description | undefined {
  for (const [key, list] of Object.entries(record)) {
    if (!isList(list) || !list.some(isObject)) continue;
    const lines = Buffer.from(
      list
        .filter(isObject)
        .map((each) => JSON.stringify(each))
        .join("\n"),
    );
    const format = detectFormat(probeBytes(lines, "records.jsonl"), {});
    if (!format) continue;
    const name = quote(key, 30);
    return {
      what: `JSON with records of the format ${format.name} in a list under the key ${name}`,
      next: `Write the list alone into a file, as by: jq -c '.[${JSON.stringify(printable(key))}][]' FILE > NEW.jsonl.`,
    };
  }
  return undefined;
}

/** Names the format with most of these keys, and its missing keys. */
function nearestFormat(keys: readonly string[]): string {
  const candidates = Object.values(formats).flatMap(({ name, keys: wanted = [] }) => {
    const missing = wanted.filter((key) => !keys.includes(key));
    const share = wanted.length === 0 ? 0 : 1 - missing.length / wanted.length;
    return share >= 0.5 ? [{ name, wanted, missing, share }] : [];
  });
  candidates.sort((a, b) => b.share - a.share || b.wanted.length - a.wanted.length);
  const [best] = candidates;
  if (!best) return `No format has such keys. ${expectation}`;
  const quoted = (names: readonly string[]): string => names.map((name) => quote(name)).join(", ");
  const nearest = `The nearest format is ${best.name} (docs/formats/${best.name}.md)`;
  if (best.missing.length === 0) {
    return `${nearest}, but what stands under its keys ${quoted(best.wanted)} is different; --format ${best.name} says where.`;
  }
  const free = keys.filter((key) => !best.wanted.includes(key));
  const meant = best.missing.flatMap((key) => {
    const like = closest(key, free);
    return like === undefined ? [] : [`${quote(like, 30)} may be meant for ${quote(key)}`];
  });
  const hint = meant.length > 0 ? ` (${meant.join(", ")})` : "";
  return `${nearest}, whose records have the keys ${quoted(best.wanted)}; missing: ${quoted(best.missing)}${hint}.`;
}

function describeOther(probe: Probe, fields: string | undefined): Description {
  const { head } = probe;
  const root = xmlRoot(head);
  if (root !== undefined)
    return {
      what: `XML with the first element <${printable(root.slice(0, 40))}>`,
      next: `No format that is read is such XML. ${expectation}`,
    };
  if (isBinary(head)) return { what: "a file of bytes that are no text", next: expectation };
  const header = tableHeader(probe);
  if (header) {
    const columns = listed(
      header.map((name) => quote(name, 30)),
      8,
    );
    return { what: `a table with the columns ${columns}`, next: columnAdvice(header, fields) };
  }
  if (/^(?:null|true|false|-?\d[\d.eE+-]*|"(?:[^"\\\n]|\\.)*")$/.test(head.trim()))
    return { what: "JSON without a record", next: "Was the export finished?" };
  // Quoted shortly, since a text may begin with personal names.
  return {
    what: `plain text, ${quote(head.trimStart().split("\n", 1)[0]!, 30)}`,
    next:
      "Entities have to be given, in training and to a model of relations alone; a model trained with --task entities finds " +
      "them in bare text. Annotate the text with a tool, or give it as JSON Lines: " +
      '{"text": "Ana met Bob.", "entities": [[0, 3], [8, 11]]}.',
  };
}

// oxlint-disable-next-line no-control-regex -- what no text holds
const noText = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/g;

const isBinary = (head: string): boolean =>
  (head.slice(0, 4096).match(noText) ?? []).length > 0.02 * Math.min(4096, head.length);

/**
 * The error for a path without a readable file.
 * @param files at least one
 */
export function unknownFormat(path: string, files: readonly UnknownFile[], total: number): UnknownFormatError {
  const [first] = files;
  if (total === 1 && first)
    return new UnknownFormatError(
      first.path,
      `not in a format that is read: it looks like ${first.what}. ${first.next}`,
    );
  const nameOf = (file: UnknownFile): string => file.path.slice(path.length).replace(/^\//, "");
  if (files.some((file) => nameOf(file) === "[Content_Types].xml")) {
    const advice = "Save a table as CSV (UTF-8), or export from the annotation tool in a format that is read.";
    return new UnknownFormatError(
      path,
      `not in a format that is read: it looks like a document of an office program (docx, xlsx). ${advice}`,
    );
  }
  const names = files.map((file) => `${nameOf(file)} (${file.what})`);
  const more = total > files.length ? ` and ${total - files.length} more` : "";
  const of = first ? ` Of ${nameOf(first)}: ${first.next}` : "";
  return new UnknownFormatError(
    path,
    `no file in a format that is read among its ${total}: ${names.join(", ")}${more}.${of}`,
  );
}
