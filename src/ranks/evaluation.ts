import { withResult } from "../generators.ts";
import type { Weights } from "../nn/parameters.ts";
import type { EvaluationResult, Progress } from "../training/training-events.ts";
import { digestOfWeights } from "./agreement.ts";
import type { MemberGroup } from "./member.ts";
import type { RootGroup } from "./root.ts";

/**
 * Evaluates at rank 0 and sends the value to all ranks, so that each decides the same. The weights of all ranks are
 * compared here: if the kernels of one of them computed another step, its run would no longer be this one.
 */
export const evaluationOfRoot = <E extends EvaluationResult>(
  group: RootGroup,
  weights: Weights,
  evaluate: () => AsyncGenerator<Progress, E>,
): (() => AsyncGenerator<Progress, E>) =>
  async function* () {
    let isLeft = true;
    try {
      const scoring = withResult(evaluate());
      for await (const progress of scoring.events) {
        group.sayAlive();
        yield progress;
      }
      const result = scoring.result();
      await group.requireSameWeights(digestOfWeights(weights));
      await group.fromRoot(async () => result.value);
      isLeft = false;
      return result;
    } catch (error) {
      isLeft = false;
      throw error;
    } finally {
      if (isLeft) await group.leaveEvaluation();
    }
  };

/** Waits for the value of rank 0. `stop` is called if the run stops in the middle of the evaluation. */
export const evaluationOfMember = (
  group: MemberGroup,
  weights: Weights,
  stop: () => void,
): (() => AsyncGenerator<Progress, EvaluationResult>) =>
  async function* () {
    const value = await group.evaluated(digestOfWeights(weights));
    if (value !== undefined) return { value };
    stop();
    // The loop looks here whether it is to stop.
    yield { done: 0, total: 1 };
    throw new Error("internal: the loop goes on after an evaluation that was left");
  };
