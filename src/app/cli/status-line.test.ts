import { afterEach, expect, test, vi } from "vitest";
import { duration, elapsed, StatusLine } from "./status-line.ts";

afterEach(() => vi.unstubAllEnvs());

function screen(isTTY: boolean, columns: number): { line: StatusLine; written: () => string } {
  vi.stubEnv("CI", undefined);
  vi.stubEnv("TERM", "xterm");
  let text = "";
  const stream = { isTTY, columns, write: (more: string) => (text += more) };
  return { line: new StatusLine(stream as unknown as NodeJS.WriteStream), written: () => text };
}

test("a terminal shows as many parts as fit, the first ones first", () => {
  const { line, written } = screen(true, 60);
  line.update([line.bar(0.5), "step 10/20", "0:12 left", "a part that is far too long for it", "loss 1"]);
  expect(written()).toBe("\r\u001B[2K━━━━━╸────  50 %  step 10/20  0:12 left  loss 1");
});

test("a printed line takes the place of the status line", () => {
  const { line, written } = screen(true, 20);
  line.update(["working"]);
  line.print("one two three four five");
  expect(written()).toBe("\r\u001B[2Kworking\r\u001B[2Kone two three four\n  five\n");
});

test("a file or a pipe gets whole lines only", () => {
  const { line, written } = screen(false, 20);
  line.update(["working"]);
  line.print("one two three four five");
  line.clear();
  expect(written()).toBe("one two three four five\n");
});

test("times for people", () => {
  expect([0, 4.24, 59.94, 59.96, 65, 7390].map(elapsed)).toEqual([
    "0.0 s",
    "4.2 s",
    "59.9 s",
    "1:00",
    "1:05",
    "2:03:10",
  ]);
  expect(duration(5)).toBe("0:05");
});
