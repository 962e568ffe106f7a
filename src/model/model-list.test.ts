import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { isModelReference } from "./hub/repo-id.ts";
import { modelInfo } from "./info.ts";
import { listedModels, modelColumns } from "./model-list.ts";

test("every model can be given to --model, once", () => {
  const names = listedModels().map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names)
    expect(["relata-mini", "luke-mini"].includes(name) || isModelReference(name), name).toBe(true);
});

test("the numbers of relata-mini are those of its folder, and the memory follows from them", async () => {
  const [mini] = listedModels();
  const folder = fileURLToPath(new URL("../../models/relata-mini", import.meta.url));
  const { parameters } = await modelInfo(folder, new Map());
  expect(mini!.parameters).toBeCloseTo(parameters.total / 1e6, 0);
  expect(mini!.memory).toBe(1);
});

test("a cell of the table breaks no line", () => {
  for (const model of listedModels()) for (const [, cell] of modelColumns) expect(cell(model)).toMatch(/^[^|\n]+$/);
});
