import { serverSchemas as s } from "../../index.ts";
import { askWhy, factsOf, modelNamed, requireRoom } from "./asking.ts";
import { fit, readJson } from "./body.ts";
import { Fault } from "./fault.ts";
import { checkDocument } from "./relations.ts";
import type { Route } from "./route.ts";

export const explanationsRoute: Route = {
  method: "POST",
  path: "/v1/explanations",
  summary: "Explains the label of one pair of entities by a score for each word of its text",
  access: "token",
  request: s.explanationRequest,
  response: s.explanationResponse,
  failures: { 400: true, 404: true, 413: true, 415: true, 422: true, 429: true, 503: true, 504: true },
  handle: async (c, serving) => {
    requireRoom(c, serving);
    const { config } = serving;
    const request = fit(s.explanationRequest, await readJson(c.env.incoming, config.maxBody));
    const { document, head, tail, label } = request;
    const model = modelNamed(serving, request.model);
    const facts = factsOf(model);
    if (!explains(facts.kind, config.dtype))
      throw new Fault(
        422,
        `The model ${model.name} explains nothing: expected a model of relations in float32, found one of ${facts.kind} in ${config.dtype}.`,
      );
    if (document.entities === undefined)
      throw new Fault(
        422,
        "document.entities is missing: head and tail are positions in it. Send the entities as well.",
      );
    const { version } = model;
    const pairs = [[head, tail]] as [number, number][];
    const { input, cost } = checkDocument({ ...document, pairs }, "document", facts, config);
    const explanation = await askWhy(c, serving, model, { input, cost }, { head, tail, label });
    return c.json({ model: model.name, version, ...explanation });
  },
};

/** Whether the answers of a model can be explained: by gradients of float32 weights, which int8 has not. */
export const explains = (kind: string, dtype: string): boolean => kind === "pair" && dtype !== "int8";
