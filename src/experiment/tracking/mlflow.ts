import { chunksOf } from "./chunks.ts";
import type { Outcome, Point, Sink } from "./sink.ts";

/** The environment variables of MLflow's own clients. */
export interface MlflowEnvironment {
  readonly MLFLOW_TRACKING_URI?: string | undefined;
  readonly MLFLOW_EXPERIMENT_NAME?: string | undefined;
  readonly MLFLOW_TRACKING_TOKEN?: string | undefined;
  readonly MLFLOW_TRACKING_USERNAME?: string | undefined;
  readonly MLFLOW_TRACKING_PASSWORD?: string | undefined;
}

export interface RunFacts {
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
}

/** The most that a server takes in one request, and of one setting. */
const limits = { metrics: 1000, params: 100, characters: 6000 } as const;
/** Milliseconds for one answer: a server that hangs holds up the end of a run by twice this. */
const timeout = 5000;
const statuses = { finished: "FINISHED", stopped: "KILLED", failed: "FAILED" } as const;

/** A run of an MLflow server, by its REST API. */
export class MlflowRun implements Sink {
  readonly name = "MLflow";
  readonly needsFolder = false;
  readonly #environment: MlflowEnvironment;
  readonly #facts: RunFacts;
  readonly #began = Date.now();
  #id: string | undefined;
  #hasParams = false;

  constructor(environment: MlflowEnvironment, facts: RunFacts) {
    this.#environment = environment;
    this.#facts = facts;
  }

  async write(points: readonly Point[]): Promise<void> {
    const run_id = await this.#start();
    const metrics = points.flatMap(({ step, time, values }) =>
      Object.entries(values).map(([key, value]) => ({
        key,
        // As protobuf's JSON spells them.
        value: Number.isFinite(value) ? value : Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity",
        timestamp: time,
        step,
      })),
    );
    for (const part of chunksOf(metrics, limits.metrics)) await this.#post("runs/log-batch", { run_id, metrics: part });
  }

  async end({ status }: Outcome, points: readonly Point[]): Promise<void> {
    await this.write(points);
    const run_id = await this.#start();
    await this.#post("runs/update", { run_id, status: statuses[status], end_time: Date.now() });
  }

  /** Makes the run, if it is not made yet, and logs its settings. */
  async #start(): Promise<string> {
    if (this.#id === undefined) {
      const experiment_id = await this.#experiment();
      const { run } = (await this.#post("runs/create", {
        experiment_id,
        run_name: this.#facts.name,
        start_time: this.#began,
        tags: [{ key: "mlflow.source.name", value: "relata train" }],
      })) as { run: { info: { run_id: string } } };
      this.#id = run.info.run_id;
    }
    const run_id = this.#id;
    if (this.#hasParams) return run_id;
    const params = Object.entries(this.#facts.params).map(([key, value]) => ({
      key,
      value: value.slice(0, limits.characters),
    }));
    for (const part of chunksOf(params, limits.params)) await this.#post("runs/log-batch", { run_id, params: part });
    this.#hasParams = true;
    return run_id;
  }

  async #experiment(): Promise<string> {
    const name = this.#environment.MLFLOW_EXPERIMENT_NAME;
    // Each server has this one, for runs without a name of an experiment.
    if (name === undefined || name === "") return "0";
    const path = `experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`;
    const found = (await this.#request(path, undefined, [404])) as { experiment?: { experiment_id: string } };
    if (found.experiment) return found.experiment.experiment_id;
    return ((await this.#post("experiments/create", { name })) as { experiment_id: string }).experiment_id;
  }

  #post(path: string, body: object): Promise<unknown> {
    return this.#request(path, JSON.stringify(body), []);
  }

  async #request(path: string, body: string | undefined, allowed: readonly number[]): Promise<unknown> {
    const { url, authorization } = addressOf(this.#environment, path);
    const response = await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: body ?? null,
      signal: AbortSignal.timeout(timeout),
    }).catch((error: unknown) => {
      const { message, cause } = error as Error;
      throw new Error(`${url.origin} does not answer: ${cause instanceof Error ? cause.message : message}`);
    });
    const text = await response.text();
    if (!response.ok && !allowed.includes(response.status))
      throw new Error(`${url.origin} answers ${path.split("?")[0]} with ${response.status}: ${text.slice(0, 200)}`);
    return text === "" ? {} : JSON.parse(text);
  }
}

/** The address of a call, and what proves who calls. A name and password within the URI are moved into the header. */
function addressOf(environment: MlflowEnvironment, path: string): { url: URL; authorization: string | undefined } {
  const base = environment.MLFLOW_TRACKING_URI!.replace(/\/+$/, "");
  const url = URL.canParse(base) ? new URL(`${base}/api/2.0/mlflow/${path}`) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error("MLFLOW_TRACKING_URI is not the address of a server, such as http://127.0.0.1:5000");
  const token = environment.MLFLOW_TRACKING_TOKEN;
  const user = environment.MLFLOW_TRACKING_USERNAME ?? decodeURIComponent(url.username);
  const password = environment.MLFLOW_TRACKING_PASSWORD ?? decodeURIComponent(url.password);
  url.username = url.password = "";
  if (token) return { url, authorization: `Bearer ${token}` };
  const basic = Buffer.from(`${user}:${password}`).toString("base64");
  return { url, authorization: user ? `Basic ${basic}` : undefined };
}
