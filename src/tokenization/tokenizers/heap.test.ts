import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Heap } from "./heap.ts";

test("items come out in order, however they went in", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(20))), (steps) => {
      const heap = new Heap<number>((a, b) => a > b);
      const sorted: number[] = [];
      for (const step of steps) {
        const [popped, expected] = step === null ? [heap.pop(), sorted.pop()] : [heap.push(step), undefined];
        expect(popped).toBe(expected);
        if (step !== null) sorted.push(step);
        sorted.sort((a, b) => a - b);
      }
    }),
  );
});
