import { open, stat } from "node:fs/promises";
import { problem, type Problem } from "./problem.ts";

const headBytes = 64 * 1024;

/** Problems that the bytes of a file show before anything is parsed; none for folders, pipes and packed files. */
export async function inspectFile(path: string): Promise<Problem[]> {
  const isFile = await stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (!isFile) return [];
  const head = await beginningOf(path);
  if (head.includes(0)) return [];
  const place = { at: { file: path } };
  const problems: Problem[] = [];
  if (head.subarray(0, 3).equals(Buffer.from("\uFEFF"))) {
    problems.push(problem("file-byte-order-mark", place, { message: "the first character is U+FEFF" }));
  }
  if (head.includes("\r\n")) problems.push(problem("file-crlf", place, { message: "there are CR LF line ends" }));
  return problems;
}

async function beginningOf(path: string): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
