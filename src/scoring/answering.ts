import { DataError, Interrupted, UserError } from "../errors.ts";
import type { DocumentPrediction } from "../model/tasks/prediction.ts";
import type { DocumentInput } from "../model/tasks/prediction-input.ts";
import { codeOfError } from "../model/tasks/rejected-row.ts";

/** A model that answers, as far as scoring needs it. */
export interface Answerer {
  /** Whether it finds the entities of a text. */
  readonly finds: boolean;
  answer(texts: readonly DocumentInput[]): Promise<readonly DocumentPrediction[]>;
}

export type TextOutcome =
  | { readonly answer: DocumentPrediction }
  | { readonly answer?: undefined; readonly error: string; readonly reason: string };

/**
 * Answers many texts at once. If that fails, halves of them are tried, down to the text that is to blame: it alone gets
 * no answer. The halves depend on the texts alone, so that every attempt ends with the same answers.
 * @throws Interrupted
 */
export async function answerEach(model: Answerer, texts: readonly DocumentInput[]): Promise<TextOutcome[]> {
  try {
    const answers = await model.answer(texts);
    return answers.map((answer) => ({ answer }));
  } catch (error) {
    if (error instanceof Interrupted || !(error instanceof Error) || isOfSettings(error)) throw error;
    if (texts.length === 1) return [{ error: codeOfError(error), reason: error.message }];
    const middle = Math.ceil(texts.length / 2);
    const first = await answerEach(model, texts.slice(0, middle));
    return [...first, ...(await answerEach(model, texts.slice(middle)))];
  }
}

/** Whether an error has nothing to do with the texts: no other text would be answered either. */
const isOfSettings = (error: Error): boolean => error instanceof UserError && !(error instanceof DataError);
