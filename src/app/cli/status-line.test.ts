import { afterEach, expect, test, vi } from "vitest";
import { duration, elapsed, pace, StatusLine } from "./status-line.ts";

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

test("work that goes on for half a minute says so in a file or a pipe", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  try {
    const { line, written } = screen(false, 80);
    line.update([line.bar(0.1), "step 1/10"]);
    vi.advanceTimersByTime(30_001);
    line.update([line.bar(0.5), "step 5/10", "0:30 left"]);
    line.update([line.bar(0.6), "step 6/10"]);
    expect(written()).toBe("50 %  step 5/10  0:30 left\n");
  } finally {
    vi.useRealTimers();
  }
});

test("a rate below one a second is told as seconds", () => {
  const unit = { one: "pair", many: "pairs" };
  expect([128.4, 1, 0.4, 0].map((rate) => pace(rate, unit))).toEqual([
    "128 pairs/s",
    "1 pairs/s",
    "2.5 s a pair",
    "0 pairs/s",
  ]);
});
