/** Numbers of a run at a step. */
export interface Point {
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** By their names in TensorBoard and MLflow, such as train/loss. */
  readonly values: Readonly<Record<string, number>>;
}

export interface Outcome {
  readonly status: "finished" | "stopped" | "failed";
  /** The folder of the model, if the run came to its end. */
  readonly folder?: string | undefined;
}

/** Where the numbers of a run are sent. Each call may fail; it is then made again later. */
export interface Sink {
  readonly name: string;
  /** Whether points wait until the run has written to its folder. */
  readonly needsFolder: boolean;
  write(points: readonly Point[]): Promise<void>;
  /** Writes the last points and ends. */
  end(outcome: Outcome, points: readonly Point[]): Promise<void>;
}
