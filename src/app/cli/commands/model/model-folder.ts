import { PullView } from "../../render-pull.ts";
import type { StatusLine } from "../../status-line.ts";

/** The folder of a model that a person named; one of the hub arrives first, shown on the line. */
export async function modelFolder(name: string, line: StatusLine): Promise<string> {
  const { resolveModel } = await import("../../../../recipes/model-source.ts");
  const pull = new PullView(line);
  const events = resolveModel(name);
  let step = await events.next();
  for (; !step.done; step = await events.next()) pull.show(step.value.event);
  return step.value;
}
