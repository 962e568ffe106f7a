import { expect, it } from "vitest";
import { resumeCommand } from "./resume-command.ts";

it("repeats the arguments, without --overwrite, with --output and --resume", () => {
  expect(resumeCommand(["train", "my data.jsonl", "--overwrite", "--epochs", "3"], "runs/it's")).toBe(
    "npx relata train 'my data.jsonl' --epochs 3 --output 'runs/it'\\''s' --resume",
  );
  expect(resumeCommand(["train", "a", "--output=b", "--resume"], "b")).toBe("npx relata train a --output=b --resume");
  expect(resumeCommand(["train", "a", "--output", "b"], "b")).toBe("npx relata train a --output b --resume");
});
