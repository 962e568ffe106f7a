const eighthsAcross = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const eighthsUp = "▁▂▃▄▅▆▇█";

/** Draws a bar of block characters, `share` of `width` cells long; any share above 0 is visible. */
export function blockBar(share: number, width: number): string {
  const eighths = share > 0 ? Math.max(1, Math.round(share * width * 8)) : 0;
  return "█".repeat(Math.floor(eighths / 8)) + eighthsAcross[eighths % 8]!;
}

/** Draws a column of block characters for each count, the greatest full; 0 is blank, and any other count is visible. */
export function sparkline(counts: readonly number[]): string {
  const greatest = Math.max(...counts);
  const column = (count: number): string => (count === 0 ? " " : eighthsUp[Math.ceil((count / greatest) * 8) - 1]!);
  return counts.map(column).join("");
}
