import type { Span } from "../../corpus/document.ts";
import { allBut } from "../features.ts";
import type { FormatWriter } from "../format.ts";
import { offsetsFromUtf16 } from "../offsets.ts";
import { spacyTokens } from "../spacy/spacy-tokens.ts";

/** Writes tasks of `rel.manual`: with answers for `prodigy db-in` or, if they are predictions to be shown, without. */
export const prodigyWriter: FormatWriter = {
  layout: "file",
  extension: ".jsonl",
  holds: allBut("overlapping-entities", "equal-spans", "rough-spans", "probabilities"),
  async *write(documents, { predictions }) {
    for await (const { id, text, entities, relations, metadata } of documents) {
      const offset = offsetsFromUtf16(text, "code-point");
      const { tokens, spans } = spacyTokens(text, entities);
      const characters = ({ start, end }: Span): Span => ({ start: offset(start), end: offset(end) });
      const taskSpans = entities.map((entity, i) => ({
        ...characters(entity),
        token_start: spans[i]!.start,
        token_end: spans[i]!.end - 1,
        label: entity.type === "" ? null : entity.type,
      }));
      const task = {
        id,
        text,
        tokens: tokens.map(({ ws, ...span }, i) => ({
          text: text.slice(span.start, span.end),
          ...characters(span),
          id: i,
          ws,
        })),
        spans: taskSpans.map((span, i) => ({
          text: text.slice(entities[i]!.start, entities[i]!.end),
          ...span,
          type: "span",
        })),
        relations: relations.map(({ head, tail, label }) => ({
          head: taskSpans[head]!.token_end,
          child: taskSpans[tail]!.token_end,
          head_span: taskSpans[head],
          child_span: taskSpans[tail],
          label,
        })),
        meta: metadata,
        ...(predictions ? {} : { answer: "accept" }),
      };
      yield { text: `${JSON.stringify(task)}\n` };
    }
  },
};
