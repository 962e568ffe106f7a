import type { Document } from "../../corpus/document.ts";
import { PredictionChunk } from "./prediction-chunks.ts";
import type { DocumentPrediction } from "./prediction.ts";
import type { DocumentInput, PredictionInput } from "./prediction-input.ts";
import type { AnswerFacts, PredictionNotices } from "./prediction-notices.ts";

/** A model, or a file of rules, that answers texts. */
export interface Answerer extends AnswerFacts {
  /** As it was named. */
  readonly name: string;
  readonly answer: (inputs: readonly PredictionInput[]) => Promise<readonly DocumentPrediction[]>;
  /** Writes the answer to a document into it. */
  readonly annotate: (document: Document, answer: DocumentPrediction) => Document;
}

interface Answering {
  readonly answer: (inputs: readonly PredictionInput[]) => Promise<readonly DocumentPrediction[]>;
  readonly seen: Pick<PredictionNotices, "see">;
  readonly maxPairs: number | undefined;
}

/** Texts with their answers, many scored at once; of a stream, those before a bad one are answered before it is thrown. */
export async function* answered(
  texts: AsyncIterable<DocumentInput>,
  { answer, seen, maxPairs }: Answering,
): AsyncGenerator<{ readonly input: DocumentInput; readonly answer: DocumentPrediction }> {
  const chunk = new PredictionChunk<DocumentInput>(maxPairs);
  async function* flush(): AsyncGenerator<{ input: DocumentInput; answer: DocumentPrediction }> {
    const inputs = chunk.take();
    const answers = await answer(inputs);
    for (const [i, input] of inputs.entries()) {
      seen.see(input, answers[i]!);
      yield { input, answer: answers[i]! };
    }
  }
  let failure: unknown;
  try {
    for await (const text of texts) if (chunk.add(text)) yield* flush();
  } catch (error) {
    failure = error;
  }
  if (!chunk.isEmpty) yield* flush();
  if (failure !== undefined) throw failure;
}
