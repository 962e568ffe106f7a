import { z } from "zod";
import { parseJsonLine } from "../../formats/source/json-line.ts";
import { splitLines } from "../../formats/source/lines.ts";
import { readChunks } from "../../formats/source/source-file.ts";
import { checkPredictionInput, type PredictionInput } from "../../recipes/prediction-input.ts";

const offset = z.int().min(0);
const entity = z.union(
  [
    z.tuple([offset, offset]).transform(([start, end]) => ({ start, end })),
    z.object({ start: offset, end: offset, type: z.string().optional() }),
  ],
  '{"start": 0, "end": 2, "type": "SUBJ"} or [0, 2]',
);

/** One line of the input of `relata predict`. Unknown keys are ignored, so that its own output can be read again. */
const predictionLine = z.object({
  id: z.string().optional(),
  text: z.string(),
  entities: z.array(entity),
  pairs: z.array(z.tuple([offset, offset])).optional(),
});

const advice = 'A line looks like {"text": "I read it.", "entities": [[0, 1], [2, 6]]}.';

/**
 * Texts with entities, one JSON object a line: `{"text": "…", "entities": [{"start": 0, "end": 2, "type": "SUBJ"}]}`,
 * with `id` and `pairs` ([[head, tail], …] as positions in `entities`) if wished.
 * @param path `-` for standard input
 * @throws DataError with file and line, InputMissingError for a file that cannot be opened
 */
export async function* readPredictionLines(path: string): AsyncGenerator<PredictionInput> {
  const [chunks, name] = path === "-" ? [process.stdin, "standard input"] : [readChunks(path), path];
  for await (const { at, text, problem } of splitLines(chunks, name)) {
    if (problem) throw problem;
    const input = parseJsonLine(predictionLine, text, at, advice);
    checkPredictionInput(input, at);
    yield input;
  }
}
