import { z } from "zod";
import { modelNamed } from "../../asking.ts";
import type { Route } from "../../route.ts";
import { predictCas } from "./predict.ts";
import { trainOnCas } from "./train.ts";

const id = z.union([z.string(), z.number()]);
const document = z.looseObject({ xmi: z.string(), documentId: id.nullish(), userId: z.string().nullish() });
const metadata = z.looseObject({
  layer: z.string().describe("The type whose annotations are suggested"),
  feature: z.string().describe("The feature of the layer that holds the label"),
  crossSentence: z.boolean().nullish(),
  range: z.object({ begin: z.int(), end: z.int() }).nullish(),
});

const predictRequest = z.looseObject({
  typeSystem: z.string(),
  document,
  metadata,
  tagsets: z.array(z.looseObject({})).nullish(),
});
const predictResponse = z.object({ document: z.string().describe("The XMI of the request with suggestions added") });
const trainRequest = z.looseObject({ typeSystem: z.string(), documents: z.array(document), metadata });

const ofBody = { 400: true, 404: true, 413: true, 415: true, 422: true } as const;

/** The external recommender of INCEpTION: `/inception/NAME` is its address for the model of this name. */
export const inceptionRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/inception/{name}/predict",
    summary: "INCEpTION: suggestions for a layer of relations, or of spans by a model that finds entities",
    access: "guest",
    request: predictRequest,
    response: predictResponse,
    failures: { ...ofBody, 429: true, 503: true, 504: true },
    handle: (c, serving) => predictCas(c, serving, modelNamed(serving, c.req.param("name"))),
  },
  {
    method: "POST",
    path: "/inception/{name}/train",
    summary: "INCEpTION: begins a training on its documents; 429 while one is under way",
    access: "guest",
    request: trainRequest,
    response: { status: 204 },
    failures: { ...ofBody, 409: true, 429: true },
    handle: (c, serving) => trainOnCas(c, serving, modelNamed(serving, c.req.param("name"))),
  },
];
