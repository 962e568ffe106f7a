import { serverSchemas as s, typeNotices } from "../../index.ts";
import { ask, factsOf, modelNamed, requireRoom } from "./asking.ts";
import { fit, readJson } from "./body.ts";
import { answerOf, checkDocuments, noticesOf } from "./relations.ts";
import type { Route } from "./route.ts";

export const relationsRoute: Route = {
  method: "POST",
  path: "/v1/relations",
  summary: "Labels the pairs of entities of documents, or the entities by a model of those",
  access: "token",
  request: s.relationsRequest,
  response: s.relationsResponse,
  failures: { 400: true, 404: true, 413: true, 415: true, 422: true, 429: true, 503: true, 504: true },
  handle: async (c, serving) => {
    requireRoom(c, serving);
    const request = fit(s.relationsRequest, await readJson(c.env.incoming, serving.config.maxBody));
    const model = modelNamed(serving, request.model);
    const facts = factsOf(model);
    const { version } = model;
    const answers = await ask(c, serving, model, checkDocuments(request.documents, facts, serving.config));
    const documents = answers.map(({ prediction }) => answerOf(prediction, request, facts.noRelationLabel));
    const predictions = answers.map(({ prediction }) => prediction);
    const notices = noticesOf(typeNotices(facts, predictions));
    return c.json({ model: model.name, version, documents, ...(notices.length === 0 ? {} : { notices }) });
  },
};
