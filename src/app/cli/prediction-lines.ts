import { createReadStream } from "node:fs";
import { z } from "zod";
import { splitLines } from "../../corpus/lines.ts";
import { DataError, InputMissingError } from "../../errors.ts";
import type { PredictionInput } from "../../recipes/predict.ts";

const offset = z.int().min(0);
const entity = z.union(
  [
    z.tuple([offset, offset]).transform(([start, end]) => ({ start, end })),
    z.object({ start: offset, end: offset, type: z.string().optional() }),
  ],
  'expected {"start": 0, "end": 2, "type": "SUBJ"} or [0, 2]',
);

/** One line of the input of `relata predict`. Unknown keys are ignored, so that its own output can be read again. */
const predictionLine = z.object({
  id: z.string().optional(),
  text: z.string(),
  entities: z.array(entity),
  pairs: z.array(z.tuple([offset, offset])).optional(),
});

/**
 * Texts with entities, one JSON object a line: `{"text": "…", "entities": [{"start": 0, "end": 2, "type": "SUBJ"}]}`,
 * with `id` and `pairs` ([[head, tail], …] as positions in `entities`) if wished.
 * @param path `-` for standard input
 * @throws DataError with file and line, InputMissingError for a file that cannot be opened
 */
export async function* readPredictionLines(path: string): AsyncGenerator<PredictionInput> {
  const name = path === "-" ? "standard input" : path;
  const stream = path === "-" ? process.stdin : createReadStream(path);
  try {
    for await (const { at, text, problem } of splitLines(stream, name)) {
      if (problem) throw problem;
      yield parseLine(text, at);
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && "syscall" in error) {
      throw new InputMissingError(`Cannot read ${name}: ${error.message}. Check the path.`, { cause: error });
    }
    throw error;
  }
}

function parseLine(text: string, at: { file: string; line: number }): PredictionInput {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new DataError(
      `not JSON (${(error as Error).message}); expected one object a line with "text" and "entities".`,
      at,
    );
  }
  const parsed = predictionLine.safeParse(json);
  if (!parsed.success) {
    throw new DataError(`not a text with entities:\n${z.prettifyError(parsed.error)}`, at);
  }
  const { entities, pairs } = parsed.data;
  const wrong = pairs?.find((pair) => pair.some((position) => position >= entities.length));
  if (wrong)
    throw new DataError(
      `pair [${wrong.join(", ")}] names an entity that is not there: there are ${entities.length}, counted from 0.`,
      at,
    );
  return parsed.data;
}
