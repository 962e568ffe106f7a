const eighthsAcross = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const eighthsUp = "▁▂▃▄▅▆▇█";

/** A bar of block characters, `share` of `width` cells long; what is not 0 shows. */
export function blockBar(share: number, width: number): string {
  const eighths = share > 0 ? Math.max(1, Math.round(share * width * 8)) : 0;
  return "█".repeat(Math.floor(eighths / 8)) + eighthsAcross[eighths % 8]!;
}

/** One column of block characters for each count, the greatest full; 0 is a blank, anything else shows. */
export function sparkline(counts: readonly number[]): string {
  const greatest = Math.max(...counts);
  const column = (count: number): string => (count === 0 ? " " : eighthsUp[Math.ceil((count / greatest) * 8) - 1]!);
  return counts.map(column).join("");
}
