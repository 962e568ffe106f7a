import { labelStudioResult, type TaskReading, type TaskResult } from "../../../../index.ts";
import { ask, factsOf } from "../../asking.ts";
import { readBytes } from "../../body.ts";
import type { EngineFacts } from "../../engine.ts";
import { Fault } from "../../fault.ts";
import { whenRead } from "../reading.ts";
import { checkDocument, type Costed } from "../../relations.ts";
import type { Ctx, Serving } from "../../route.ts";
import type { Served } from "../../served-model.ts";

/** Label Studio waits for 100 s. */
const patience = 95;

export const modelVersionOf = (name: string, { digest }: EngineFacts): string => `${name}-${digest}`;

/** Answers a request for predictions: one for each task, in order; a task that cannot be read gets an empty one. */
export async function predictTasks(c: Ctx, serving: Serving, model: Served): Promise<Response> {
  const { config } = serving;
  const body = await readBytes(c.env.incoming, config.maxGuestBody);
  const facts = factsOf(model);
  const { kind, finds } = facts;
  const use = { finds, labelsGiven: kind === "pair" || !finds };
  const reading = await whenRead(serving.reader.read("readTasks", { body, use }));
  const notes = new Set<string>();
  const inputs = reading.tasks.map((task) => inputOf(task, facts, serving, notes));
  const results: (TaskResult | undefined)[] = reading.tasks.map(() => undefined);
  const version = modelVersionOf(model.name, facts);
  for (const group of groupsOf(inputs, config.batchTokens)) {
    const asked = group.map((i) => inputs[i]!);
    const answers = await ask(c, serving, model, asked, Math.max(config.deadline, patience));
    for (const [j, i] of group.entries())
      results[i] = labelStudioResult(reading.tasks[i]!, answers[j]!.prediction, reading, facts.noRelationLabel);
  }
  for (const result of results) for (const note of result?.notes ?? []) notes.add(note);
  logNotes(serving, model.name, [...notes]);
  return c.json({
    // A task that was not asked about has no score: it comes before or after all others, as the tool's database has it.
    results: results.map((one) =>
      one ? { result: one.result, score: one.score, model_version: version } : { result: [], model_version: version },
    ),
    model_version: version,
  });
}

const notesLogged = 5;

function logNotes({ log }: Serving, name: string, notes: readonly string[]): void {
  // Texts of strangers stand in notes: each stays on its line.
  for (const note of notes.slice(0, notesLogged))
    log(`label-studio, model ${name}: ${note.replaceAll(/[\s\p{Cc}]+/gu, " ").slice(0, 300)}`);
  if (notes.length > notesLogged) log(`label-studio, model ${name}: ${notes.length - notesLogged} more such notes`);
}

/** The text as the model is asked about it; undefined where there is nothing to ask, for a reason that is noted. */
function inputOf(
  { id, text, entities, problem }: TaskReading,
  facts: EngineFacts,
  { config }: Serving,
  notes: Set<string>,
): Costed | undefined {
  if (problem !== undefined) {
    notes.add(`task ${id} gets no prediction: ${problem}`);
    return undefined;
  }
  // Nobody has marked entities, and the model finds none.
  if (entities === undefined && !facts.finds) return undefined;
  try {
    const spans = entities?.map(({ start, end, type }) => ({ start, end, type }));
    return checkDocument({ text, ...(spans ? { entities: spans } : {}) }, `task ${id}`, facts, config);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    notes.add(`task ${id} gets no prediction: ${error.message}`);
    return undefined;
  }
}

/** Positions of the inputs in groups of about so many tokens, so that other requests have their turn between them. */
function groupsOf(inputs: readonly (Costed | undefined)[], tokens: number): number[][] {
  const groups: number[][] = [];
  let cost = Infinity;
  for (const [i, input] of inputs.entries()) {
    if (!input) continue;
    if (cost + input.cost > tokens) {
      groups.push([]);
      cost = 0;
    }
    groups.at(-1)!.push(i);
    cost += input.cost;
  }
  return groups;
}
