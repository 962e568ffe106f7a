// The Open Inference Protocol, version 2: each rule of inference_rest.md is a test. That every failure is an HTTP error status with a string
// `error` in its body is in statuses.test.ts, on each of the protocol's paths.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { modelFolder } from "../support/tiny-models.ts";
import { type Answer, endServers, entities, TestServer, text } from "../support/server.ts";

let server: TestServer;
afterAll(endServers);
beforeAll(async () => {
  server = await TestServer.start([`first=${await modelFolder(pairHead)}`]);
});
const errorOf = ({ body }: Answer): string => (body as { error: string }).error;

describe("the Open Inference Protocol", () => {
  const infer = (request: unknown, path = "/v2/models/first/infer"): Promise<Answer> =>
    server.send("POST", path, request);
  const tensor = (name: string, data: unknown[], shape = [data.length]): unknown => ({
    name,
    shape,
    datatype: "BYTES",
    data,
  });
  const inputs = [tensor("text", [text, text]), tensor("entities", [JSON.stringify(entities), "[]"])];

  test("server and model metadata, liveness and readiness", async () => {
    expect((await server.send("GET", "/v2")).body).toMatchObject({ name: "relata", extensions: [] });
    const { body } = await server.send("GET", "/v2/models/first");
    expect(body).toMatchObject({ name: "first", versions: ["1"], platform: "onnx_onnxv1" });
    for (const path of ["", "/versions/1"])
      expect((await server.send("GET", `/v2/models/first${path}/ready`)).body).toEqual({ name: "first", ready: true });
    expect((await server.send("GET", "/v2/health/live")).body).toEqual({ live: true });
    expect((await server.send("GET", "/v2/health/ready")).body).toEqual({ live: true, ready: true });
  });

  test("infer answers with a row for each pair, in the given version, and gives the id back", async () => {
    for (const path of ["/v2/models/first/infer", "/v2/models/first/versions/1/infer"]) {
      const { status, body } = await infer({ id: "42", inputs }, path);
      const { model_name, id, outputs } = body as {
        model_name: string;
        id: string;
        outputs: Record<string, unknown>[];
      };
      expect([status, model_name, id]).toEqual([200, "first", "42"]);
      expect(Object.fromEntries(outputs.map(({ name, shape }) => [name, shape]))).toEqual({
        document: [2],
        head: [2],
        tail: [2],
        label: [2],
        probability: [2],
        entities: [2],
      });
    }
  });

  test("outputs that are named come alone, in that order; without an id none is given", async () => {
    const { body } = await infer({ inputs, outputs: [{ name: "label" }, { name: "head" }] });
    expect(
      (body as { outputs: { name: string; datatype: string }[] }).outputs.map(({ name, datatype }) => [name, datatype]),
    ).toEqual([
      ["label", "BYTES"],
      ["head", "INT32"],
    ]);
    expect(body).not.toHaveProperty("id");
  });

  interface Tensor {
    readonly name: string;
    readonly datatype: string;
    readonly shape: number[];
    readonly data: unknown[];
  }
  const outputsOf = ({ body }: Answer): Tensor[] => (body as { outputs: Tensor[] }).outputs;

  test("outputs are those of the metadata, in its types; the shape of each is that of its data, -1 in the metadata", async () => {
    const metadata = (await server.send("GET", "/v2/models/first")).body as Record<"inputs" | "outputs", Tensor[]>;
    const outputs = outputsOf(await infer({ inputs }));
    expect(outputs.map(({ name, datatype }) => [name, datatype])).toEqual(
      metadata.outputs.map(({ name, datatype }) => [name, datatype]),
    );
    for (const { shape, data } of outputs) expect(shape).toEqual([data.length]);
    for (const { shape } of [...metadata.inputs, ...metadata.outputs]) expect(shape).toEqual([-1]);
    expect(metadata.inputs.map(({ name, datatype }) => [name, datatype])).toEqual([
      ["text", "BYTES"],
      ["entities", "BYTES"],
      ["pairs", "BYTES"],
    ]);
  });

  test("parameters of a request, of its inputs and of its outputs are taken, and change nothing", async () => {
    const parameters = { priority: 1, binary_data: false, note: "x" };
    const asked = { inputs: inputs.map((one) => ({ ...(one as object), parameters })), parameters };
    const plain = outputsOf(await infer({ inputs, outputs: [{ name: "label" }] }));
    expect(outputsOf(await infer({ ...asked, outputs: [{ name: "label", parameters }] }))).toEqual(plain);
  });

  test("the version of a path is that of the metadata, and the answer names it", async () => {
    const { versions } = (await server.send("GET", "/v2/models/first")).body as { versions: string[] };
    for (const version of versions) {
      const { body } = await infer({ inputs }, `/v2/models/first/versions/${version}/infer`);
      expect((body as { model_version: string }).model_version).toBe(version);
    }
  });

  test("data may be nested in row-major order", async () => {
    const nested = [tensor("text", [[text], [text]], [2, 1]), tensor("entities", [["[]"], ["[]"]], [2, 1])];
    expect((await infer({ inputs: nested })).status).toBe(200);
  });

  test.each<[number, string, unknown]>([
    [400, "inputs", {}],
    [400, "text is missing", { inputs: [] }],
    [400, 'no "pixels"', { inputs: [tensor("pixels", [""])] }],
    [400, "given twice", { inputs: [tensor("text", [text]), tensor("text", [text])] }],
    [400, "3 elements", { inputs: [tensor("text", [text], [3])] }],
    // Each dimension is an unsigned integer.
    [400, "shape", { inputs: [tensor("text", [text], [-1])] }],
    [400, "shape", { inputs: [tensor("text", [text], [1.5])] }],
    [400, "shape", { inputs: [tensor("text", [text], ["1"] as never)] }],
    [400, "datatype", { inputs: [{ name: "text", shape: [1], data: [text] }] }],
    [400, "data", { inputs: [{ name: "text", shape: [1], datatype: "BYTES" }] }],
    [400, "name", { inputs: [{ shape: [1], datatype: "BYTES", data: [text] }] }],
    [400, "parameters", { inputs, parameters: [1] }],
    [400, "id", { inputs, id: 42 }],
    [400, "expected strings", { inputs: [tensor("text", [5])] }],
    [400, "BYTES", { inputs: [{ name: "text", shape: [1], datatype: "FP32", data: [1] }] }],
    [400, "not JSON", { inputs: [tensor("text", [text]), tensor("entities", ["{"])] }],
    [400, "entities has 1", { inputs: [tensor("text", [text, text]), tensor("entities", ["[]"])] }],
    [400, 'no "logits"', { inputs, outputs: [{ name: "logits" }] }],
    [422, "[0].entities", { inputs: [tensor("text", [text]), tensor("entities", ["5"])] }],
    [422, "entities is missing", { inputs: [tensor("text", [text])] }],
  ])("%i with a sentence in `error`: %s", async (status, message, request) => {
    const answer = await infer(request);
    expect([answer.status, errorOf(answer)]).toEqual([status, expect.stringContaining(message)]);
  });

  test.each([
    "/v2/models/none",
    "/v2/models/first/versions/9",
    "/v2/models/..%2Ffirst",
    "/v2/models/first/versions/9/ready",
  ])("404 for %s", async (path) => expect((await server.send("GET", path)).status).toBe(404));
});
