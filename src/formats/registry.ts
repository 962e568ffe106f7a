import { annotto } from "./annotto/read.ts";
import type { AnnotationFormat } from "./format.ts";
import { formatNames, type FormatName } from "./names.ts";
import { semeval2010 } from "./semeval2010/read.ts";
import { UnknownFormatError } from "../corpus/errors.ts";

/** What knows each format. */
export const formats: Readonly<Record<FormatName, AnnotationFormat>> = { annotto, semeval2010 };

/** In the order of their detection: the more particular first. */
const all = formatNames.map((name) => formats[name]);

/** The format of a file by its beginning and its path; undefined where no format takes it for its own. */
export const detectFormat = (head: string, path: string): AnnotationFormat | undefined =>
  all.find((format) => format.detects(head, path));

/** @throws UnknownFormatError */
export function requireFormat({ head, path }: { readonly head: string; readonly path: string }): AnnotationFormat {
  const format = detectFormat(head, path);
  if (format) return format;
  throw new UnknownFormatError(
    path,
    head,
    all.map(({ description }) => description),
  );
}
