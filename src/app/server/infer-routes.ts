import { z } from "zod";
import { serverSchemas as s, versions } from "../../index.ts";
import { ask, bytesOf, factsOf, modelNamed } from "./asking.ts";
import { fit, readJson } from "./body.ts";
import { Fault } from "./fault.ts";
import { documentsOf, inputs, outputs, tensorsOf } from "./inference-protocol.ts";
import { checkDocuments } from "./relations.ts";
import type { Ctx, Route, Serving } from "./route.ts";
import type { Served } from "./served-model.ts";

/** The model of a path, in the version of the path if it has one. @throws Fault 404 */
function modelOf(c: Ctx, serving: Serving): Served {
  const model = modelNamed(serving, c.req.param("name"));
  const version = c.req.param("version");
  if (version === undefined || version === model.version) return model;
  throw new Fault(
    404,
    `The model ${model.name} has version ${model.version} alone, not ${JSON.stringify(version.slice(0, 40))}. Send that one, or leave /versions/ out of the path.`,
  );
}

const perModel: Omit<Route, "access">[] = [
  {
    method: "GET",
    path: "",
    summary: "The tensors of a model",
    response: s.modelMetadata,
    failures: { 404: true },
    handle: (c, serving) => {
      const { name, version } = modelOf(c, serving);
      return c.json({ name, versions: [version], platform: "onnx_onnxv1", inputs, outputs });
    },
  },
  {
    method: "GET",
    path: "/ready",
    summary: "Whether a model is loaded and warm",
    response: s.modelReady,
    failures: { 404: true, 503: s.modelReady },
    handle: (c, serving) => {
      const { name, isReady } = modelOf(c, serving);
      return c.json({ name, ready: isReady }, isReady ? 200 : 503);
    },
  },
  {
    method: "POST",
    path: "/infer",
    summary: "Labels texts with spans, as tensors",
    request: s.inferRequest,
    response: s.inferResponse,
    failures: { 400: true, 404: true, 413: true, 415: true, 422: true, 429: true, 503: true, 504: true },
    handle: async (c, serving) => {
      const model = modelOf(c, serving);
      model.queue.requireRoom(bytesOf(c));
      const request = fit(s.inferRequest, await readJson(c.env.incoming, serving.config.maxBody), 400);
      const documents = fit(z.array(s.documentInput), documentsOf(request));
      const { version } = model;
      const answers = await ask(c, serving, model, checkDocuments(documents, factsOf(model), serving.config));
      const predictions = answers.map(({ prediction }) => prediction);
      return c.json({
        model_name: model.name,
        model_version: version,
        ...(request.id === undefined ? {} : { id: request.id }),
        outputs: tensorsOf(predictions, request),
      });
    },
  },
];

/** The routes of the Open Inference Protocol, version 2, without those of the server's health. */
export const inferRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/v2",
    summary: "The server's name and version",
    access: "token",
    response: s.serverMetadata,
    failures: {},
    handle: (c) => c.json({ name: "relata", version: versions.relata, extensions: [] }),
  },
  ...["/v2/models/{name}", "/v2/models/{name}/versions/{version}"].flatMap((base) =>
    perModel.map((route): Route => ({ ...route, path: base + route.path, access: "token" })),
  ),
];
