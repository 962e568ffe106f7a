import type { InferenceSession as OrtSession } from "onnxruntime-node";

export interface SessionOptions {
  /** The number of threads inside one kernel; 0 lets ONNX Runtime use the physical cores. */
  readonly intraOpNumThreads?: number;
  /** ONNX Runtime's names of the providers that may run nodes, the best first; the CPU if not given. */
  readonly executionProviders?: readonly string[];
  readonly graphOptimizationLevel?: "disabled" | "basic" | "extended" | "all";
  /** ONNX Runtime's optimizers, by their names there, that would undo what the graph was built for. */
  readonly disabledOptimizers?: readonly string[];
  /**
   * The start of the name of a file to which the session writes the time of each node; complete once it is disposed of.
   */
  readonly profilePrefix?: string;
  /** Whether ONNX Runtime keeps its errors off standard error, since the caller expects some; they are thrown all the same. */
  readonly isQuiet?: boolean;
}

/** The options of ONNX Runtime for a session on the CPU. */
export const ortOptions = ({
  intraOpNumThreads = 0,
  executionProviders = ["cpu"],
  graphOptimizationLevel = "all",
  disabledOptimizers = [],
  profilePrefix,
  isQuiet = false,
}: SessionOptions): OrtSession.SessionOptions => ({
  executionProviders: [...executionProviders],
  intraOpNumThreads,
  interOpNumThreads: 1,
  executionMode: "sequential",
  graphOptimizationLevel,
  enableCpuMemArena: true,
  // Memory planned from the second run on would stay allocated beside that of the first: more memory, no speed.
  enableMemPattern: false,
  ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
  logSeverityLevel: isQuiet ? 4 : 3,
  extra: {
    // Threads that spin while they wait gain little on an idle machine, and lose much on a busy one.
    session: { set_denormal_as_zero: "1", intra_op: { allow_spinning: "0" } },
    ...(disabledOptimizers.length > 0
      ? { optimization: { disable_specified_optimizers: disabledOptimizers.join(";") } }
      : {}),
  },
});
