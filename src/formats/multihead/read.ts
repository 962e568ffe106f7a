import type { Document, Relation } from "../../corpus/document.ts";
import { RecordError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { listed, quote } from "../../quote.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { numberedId } from "../pair-records.ts";
import { RepeatedIds } from "../repeated-ids.ts";
import type { Line } from "../source/lines.ts";
import type { SourceFile } from "../source/source-file.ts";
import { decodeTags } from "../tags.ts";
import { TokenArguments } from "../token-arguments.ts";
import { joinTokens, restoreTokens } from "../tokens.ts";
import { parseIntegers, parseStrings } from "./python-lists.ts";

/** The format's own label of a token that does not end the head of any relation; not a setting. */
export const noRelation = "N";

const header = /^#doc[ \t]/;

/** The lines of a sentence; the first is `#doc <id>`. */
export type Block = readonly [Line, ...Line[]];

async function* blocks(lines: AsyncIterable<Line>): AsyncGenerator<Block> {
  let block: [Line, ...Line[]] | undefined;
  for await (const line of lines) {
    if (block && !header.test(line.text)) block.push(line);
    else {
      if (block) yield block;
      block = [line];
    }
  }
  if (block) yield block;
}

interface Row {
  readonly index: number;
  readonly token: string;
  readonly tag: string;
  readonly labels: readonly string[];
  readonly heads: readonly number[];
  readonly at: Line["at"];
}

function parseRow({ text, at, problem }: Line): Row {
  if (problem) throw problem;
  const fields = text.split("\t");
  const [index = "", token = "", tag = "", labels = "", heads = ""] = fields;
  if (fields.length !== 5 || !/^\s*\d{1,9}$/.test(index)) {
    throw new RecordError("index, token, tag, labels and heads, with tabs between them", quote(text), at);
  }
  const row = { index: Number(index), token, tag: tag.trim(), at };
  const parsed = { ...row, labels: parseStrings(labels, at), heads: parseIntegers(heads, at) };
  if (parsed.labels.length !== parsed.heads.length) {
    const found = `${parsed.labels.length} labels and ${parsed.heads.length} heads`;
    throw new RecordError("as many labels as heads of them", found, at);
  }
  return parsed;
}

function parseBlock([first, ...lines]: Block, id: string, notices: NoticeLog): RawDocument {
  if (first.problem) throw first.problem;
  if (!header.test(first.text))
    throw new RecordError("#doc and an id before the first token", quote(first.text), first.at);
  const rows = lines.map(parseRow);
  const joined = joinTokens(
    restoreTokens(
      rows.map(({ token }) => token),
      notices,
      first.at,
    ),
  );
  const tagged = decodeTags(
    rows.map(({ tag }) => tag),
    notices,
    first.at,
  );
  const entities = new TokenArguments(joined, tagged, notices, first.at);

  const places = new Map(rows.map(({ index }, i) => [index, i]));
  const relations: Relation[] = [];
  const named = rows.reduce(
    (sum, { index, labels, heads }) =>
      sum + labels.filter((label, j) => label !== noRelation || heads[j] !== index).length,
    0,
  );
  for (const [i, { index, labels, heads, at }] of rows.entries()) {
    for (const [j, label] of labels.entries()) {
      const cited = heads[j]!;
      if (label === noRelation && cited === index) continue;
      const place = places.get(cited);
      if (place === undefined) {
        const known = listed([...places.keys()].map(String), 10);
        throw new RecordError(
          `the index of a token as the tail of relation ${quote(label)}: ${known}`,
          String(cited),
          at,
        );
      }
      relations.push({ head: entities.ofLastToken(i), tail: entities.ofLastToken(place), label });
    }
  }
  return {
    id,
    text: joined.text,
    entities: entities.entities,
    relations,
    source: first.at,
    met: { entities: tagged.length, relations: named },
  };
}

/**
 * Reads the sentences of a file. A relation stands at the last token of its head and cites the last token of its tail.
 */
export async function* readMultihead(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const ids = new RepeatedIds();
  let number = 0;
  for await (const block of blocks(file.lines())) {
    number++;
    const [{ text, at }] = block;
    const document = context.record(at, (notices) => {
      const given = text.replace(header, "") || numberedId(file.name, number);
      return parseBlock(block, ids.unique(given, notices, at), notices);
    });
    if (document) yield document;
  }
}
