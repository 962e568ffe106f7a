import { withSuggestions, type CasReading } from "../../../../index.ts";
import { ask, factsOf } from "../../asking.ts";
import { readBytes } from "../../body.ts";
import type { EngineFacts } from "../../engine.ts";
import { Fault } from "../../fault.ts";
import { whenRead } from "../reading.ts";
import { checkDocument } from "../../relations.ts";
import type { Ctx, Serving } from "../../route.ts";
import type { Served } from "../../served-model.ts";

/** Answers with the document of the request, and the suggestions in it. */
export async function predictCas(c: Ctx, serving: Serving, model: Served): Promise<Response> {
  const facts = factsOf(model);
  const body = await readBytes(c.env.incoming, serving.config.maxGuestBody);
  const reading = await whenRead(serving.reader.read("readCas", { body }));
  requireFit(reading, facts, model.name);
  const { text, entities, pairs, isRelation } = reading;
  if (isRelation && pairs.length === 0) return c.json({ document: reading.xmi });
  const asked = isRelation ? { text, entities: entities.map(spanOf), pairs: [...pairs] } : { text };
  const input = checkDocument(asked as Parameters<typeof checkDocument>[0], "document", facts, serving.config);
  const [answer] = await ask(c, serving, model, [input]);
  return c.json({ document: withSuggestions(reading, answer!.prediction, facts.noRelationLabel) });
}

const spanOf = ({ start, end, type }: CasReading["entities"][number]) => ({ start, end, type });

/** @throws Fault 422 if the model has no suggestions for the layer */
function requireFit({ isRelation, layer }: CasReading, { kind, finds }: EngineFacts, name: string): void {
  if (isRelation && kind !== "pair")
    throw new Fault(
      422,
      `${layer} joins two spans, and the model ${name} labels entities. Serve a model of relations for it.`,
    );
  if (!isRelation && !finds)
    throw new Fault(
      422,
      `${layer} is a layer of spans, and the model ${name} finds no entities: it labels relations between spans that are annotated. ` +
        "Add the recommender to a layer of relations, or serve a model of --task entities.",
    );
}
