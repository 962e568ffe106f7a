import type { JSX } from "preact";
import { t } from "../words/language.ts";
import { processor, type Processor } from "./processor.ts";
import { Select } from "./select.tsx";

/** Says on which processor the model of a page without a server computes, and lets it be chosen if there are two. */
export function ProcessorChoice(): JSX.Element | null {
  const state = processor.value;
  const words = t.value;
  if (!state) return null;
  return (
    <div class="line processor">
      <p class="soft">
        {state.used === "gpu" ? words.onGpu(state.gpu ?? "GPU") : words.onCpu}{" "}
        {state.failure !== undefined ? words.gpuFailed(state.failure) : state.gpu === undefined && words.noGpu}
      </p>
      {state.gpu !== undefined && (
        <Select
          label={words.processor}
          value={state.used}
          options={["gpu", "cpu"]}
          name={(one) => words.processors[one as Processor]}
          choose={(one) => state.choose(one as Processor)}
        />
      )}
    </div>
  );
}
