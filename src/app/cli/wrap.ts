import { displayWidth } from "../../report/text-table.ts";

/** Wraps text at spaces to `width` terminal cells; continuation lines are indented by two more. */
export const wrap = (text: string, width: number): string =>
  text
    .split("\n")
    .map((line) => (displayWidth(line) <= width ? line : wrapLine(line, width)))
    .join("\n");

function wrapLine(line: string, width: number): string {
  const indent = /^ */.exec(line)![0];
  const lines: string[] = [];
  let current = indent;
  for (const word of line.trim().split(" ")) {
    const isFirst = current.trim() === "";
    if (!isFirst && displayWidth(current) + 1 + displayWidth(word) > width) {
      lines.push(current);
      current = `${indent}  ${word}`;
    } else current += isFirst ? word : ` ${word}`;
  }
  return [...lines, current].join("\n");
}
