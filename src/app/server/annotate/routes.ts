import type { z } from "zod";
import { fitsOf, markedOf, type Marked } from "../../../index.ts";
import { fit, readJson } from "../body.ts";
import { Fault } from "../fault.ts";
import { written } from "../page/document-files.ts";
import type { Ctx, Route, Serving } from "../route.ts";
import type { Annotating } from "./annotating.ts";
import type { MarkedDocument } from "./marks.ts";
import { orders, type Order } from "./project.ts";
import * as s from "./schemas.ts";

/** @throws Fault 404 on a server without `--annotate` */
function annotating({ annotating: one }: Serving): Annotating {
  if (one) return one;
  throw new Fault(404, "This server has no documents to annotate. Start it with --annotate FILE.");
}

function documentOf(c: Ctx, { project }: Annotating): { readonly number: number; readonly held: MarkedDocument } {
  const number = Number(c.req.param("number"));
  const held = project.at(number);
  if (held) return { number, held };
  throw new Fault(
    404,
    `There is no document ${c.req.param("number")}: they are numbered from 0 to ${project.documents.length - 1}.`,
  );
}

/** A name is sent as a part of an address has it, and may be of any script. */
const annotatorOf = (c: Ctx): string => c.req.query("annotator") ?? "";

const failures = { 404: true } as const;
const ofBody = { ...failures, 400: true, 413: true, 415: true, 422: true } as const;

type Handle = (c: Ctx, one: Annotating, serving: Serving) => Promise<Response> | Response;
const get = (path: string, summary: string, response: z.ZodType, handle: Handle): Route => ({
  method: "GET",
  path,
  summary,
  access: "token",
  response,
  failures,
  handle: (c, serving) => handle(c, annotating(serving), serving),
});
/** @param more its statuses beside those of `get` and, if it reads a body, of bodies */
const post = (
  path: string,
  summary: string,
  request: z.ZodType | undefined,
  response: z.ZodType,
  more: Route["failures"],
  handle: Handle,
): Route => ({
  ...get(path, summary, response, handle),
  method: "POST",
  ...(request ? { request } : {}),
  failures: { ...(request ? ofBody : failures), ...more },
});

function describe(annotator: string, order: Order, { project, training }: Annotating): unknown {
  const { facts, source, version } = project.model;
  const documents = project.places(order).map(({ number, figures }) => {
    const held = project.at(number)!;
    return {
      number,
      id: held.document.id,
      beginning: held.document.text.slice(0, 90),
      status: held.marks.get(annotator)?.marked.status ?? "open",
      done: held.finished().map(([who]) => who),
      differences: project.differencesOf(held).length,
      ...(figures ? { figures } : {}),
    };
  });
  const { types, labels } = namesOf(project);
  const none = facts?.noRelationLabel;
  return {
    name: project.name,
    model: source,
    version,
    types,
    labels,
    ...(none === undefined ? {} : { noRelationLabel: none }),
    annotators: project.annotators,
    fits: fitsOf(annotatedIn(project)),
    needsEntities: project.needsEntities,
    proposed: project.proposals.count,
    folder: project.folder,
    notices: project.notes,
    documents,
    training: training.state.state,
  };
}

/** All annotations of relations: those of the file, and those of the annotators. */
const annotatedIn = ({ documents }: Annotating["project"]): Marked[] =>
  documents.flatMap(({ document, marks }) => [
    ...(document.relations.length > 0 ? [markedOf(document)] : []),
    ...[...marks.values()].map(({ marked }) => marked),
  ]);

/** The model's names first, then those of the file and of the annotators. */
function namesOf({ model: { facts }, documents }: Annotating["project"]): { types: string[]; labels: string[] } {
  const types = new Set(facts?.entityTypes);
  const labels = new Set(facts?.labels.filter((label) => label !== facts.noRelationLabel));
  for (const { document, marks } of documents)
    for (const { entities, relations } of [document, ...[...marks.values()].map(({ marked }) => marked)]) {
      for (const { type } of entities) types.add(type);
      for (const { label } of relations) labels.add(label);
    }
  return { types: types.size > 0 ? [...types] : [""], labels: [...labels] };
}

export const annotateRoutes: readonly Route[] = [
  get(
    "/annotate/project",
    "The documents to annotate, in the order in which a model learns most",
    s.projectResponse,
    (c, one) => {
      const order = orders.find((name) => name === c.req.query("order")) ?? "useful";
      return c.json(describe(annotatorOf(c), order, one) as object);
    },
  ),
  get(
    "/annotate/documents/{number}",
    "A document with one annotator's annotations, or a proposal",
    s.markedDocument,
    async (c, one) => {
      const { number, held } = documentOf(c, one);
      const annotator = annotatorOf(c);
      const marks = held.marks.get(annotator);
      const { marked, by } = marks ? { marked: marks.marked, by: marks.start.by } : await one.project.startOf(held);
      const others = [...held.marks]
        .filter(([who]) => who !== annotator)
        .map(([who, other]) => ({ annotator: who, marked: other.marked }));
      const { id, text } = held.document;
      return c.json({ number, id, text, marked, revision: marks?.revision ?? 0, ...(by ? { by } : {}), others });
    },
  ),
  post(
    "/annotate/documents/{number}/acts",
    "Keeps acts of an annotator; once answered, they are on the disk",
    s.actsRequest,
    s.actsResponse,
    { 503: true },
    async (c, one, { config }) => {
      const { held } = documentOf(c, one);
      const request = fit(s.actsRequest, await readJson(c.env.incoming, config.maxBody));
      await one.project.act(held, request);
      const { marked, revision } = held.marks.get(request.annotator)!;
      return c.json({ marked, revision });
    },
  ),
  get(
    "/annotate/documents/{number}/differences",
    "What those who have finished a document do not agree on",
    s.differencesResponse,
    (c, one) => c.json({ differences: one.project.differencesOf(documentOf(c, one).held) }),
  ),
  get(
    "/annotate/former",
    "The files that the current model learnt from, and whether they are at hand for another training",
    s.formerResponse,
    async (c, { training }) => {
      const files = await training.former();
      return c.json({
        files: files.map(({ name, sha256, path }) => ({ name, sha256, isFound: path !== undefined })),
      });
    },
  ),
  get(
    "/annotate/training",
    "The training run: its curve, and the comparison with the old model",
    s.trainingResponse,
    (c, { training }) => c.json(training.state),
  ),
  post(
    "/annotate/training",
    "Trains a model on the finished documents, in a process of its own",
    s.trainRequest,
    s.trainingResponse,
    { 409: true },
    async (c, { training }, { config }) => {
      const { withFormer } = fit(s.trainRequest, await readJson(c.env.incoming, config.maxBody));
      await training.start(withFormer);
      return c.json(training.state);
    },
  ),
  post(
    "/annotate/training/stop",
    "Stops the training run; its best model so far stays",
    undefined,
    s.trainingResponse,
    {},
    (c, { training }) => {
      training.stop();
      return c.json(training.state);
    },
  ),
  post(
    "/annotate/training/use",
    "Serves the new model in the place of the old one",
    undefined,
    s.usedResponse,
    { 409: true, 503: true },
    async (c, { training, project }) => {
      const version = await training.use();
      return c.json({ model: project.model.source, version });
    },
  ),
  {
    ...get(
      "/annotate/finished/{format}",
      "The finished documents, in an annotation format",
      s.empty,
      async (c, { project }) => {
        const documents = project.finishedDocuments();
        if (documents.length === 0)
          throw new Fault(404, "No document is finished yet, so there is nothing to download. Finish one first.");
        const { bytes, extension } = await written(c.req.param("format")!, documents);
        return c.body(new Uint8Array(bytes), 200, {
          "content-type": "application/octet-stream",
          "x-file-extension": extension,
        });
      },
    ),
    response: { media: "application/octet-stream" },
    failures: { 404: true, 422: true },
  },
];
