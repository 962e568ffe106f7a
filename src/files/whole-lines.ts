/** The values of lines of JSON. A last line without its end, and any that is no JSON, was cut short and is left out. */
export function wholeLines(text: string): unknown[] {
  return text.split("\n").flatMap((line, i, all) => {
    if (line === "" || i === all.length - 1) return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });
}
