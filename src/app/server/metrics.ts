import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Served } from "./served-model.ts";

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The figures of /metrics, in Prometheus' text format. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests: Counter;
  readonly #duration: Histogram;
  readonly #queued: Histogram;
  readonly #inference: Histogram;
  readonly #documents: Histogram;
  readonly #tokens: Counter;
  readonly #lost: Counter;

  constructor(models: () => readonly Served[]) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    const named = (name: string, help: string, labelNames: string[] = []) => ({
      name: `relata_${name}`,
      help,
      labelNames,
      registers,
    });
    this.#requests = new Counter(
      named("requests_total", "Requests by route and status", ["method", "route", "status"]),
    );
    this.#duration = new Histogram({
      ...named("request_duration_seconds", "Time of requests", ["route"]),
      buckets: seconds,
    });
    this.#queued = new Histogram({
      ...named("queue_duration_seconds", "Time of texts in the queue", ["model"]),
      buckets: seconds,
    });
    this.#inference = new Histogram({
      ...named("inference_duration_seconds", "Time of batches", ["model"]),
      buckets: seconds,
    });
    this.#documents = new Histogram({
      ...named("batch_documents", "Documents of a batch", ["model"]),
      buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    });
    this.#tokens = new Counter(named("tokens_total", "Estimated tokens computed", ["model"]));
    this.#lost = new Counter(named("engine_failures_total", "Ends of a model's process by itself", ["model"]));
    const gauge = (name: string, help: string, value: (model: Served) => number): Gauge =>
      new Gauge({
        ...named(name, help, ["model"]),
        collect() {
          for (const model of models()) this.set({ model: model.name }, value(model));
        },
      });
    gauge("queue_documents", "Documents that wait", ({ queue }) => queue.size);
    gauge("queue_tokens", "Estimated tokens that wait", ({ queue }) => queue.tokens);
    gauge("model_ready", "1 if the model is loaded and warm", ({ isReady }) => (isReady ? 1 : 0));
  }

  request(method: string, route: string, status: number, milliseconds: number): void {
    this.#requests.inc({ method, route, status });
    this.#duration.observe({ route }, milliseconds / 1000);
  }

  queued(model: string, milliseconds: number): void {
    this.#queued.observe({ model }, milliseconds / 1000);
  }

  batch(model: string, batch: { readonly documents: number; readonly tokens: number; readonly seconds: number }): void {
    this.#inference.observe({ model }, batch.seconds);
    this.#documents.observe({ model }, batch.documents);
    this.#tokens.inc({ model }, batch.tokens);
  }

  lost(model: string): void {
    this.#lost.inc({ model });
  }
}
