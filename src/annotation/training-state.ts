/** A figure after so many steps. */
export interface Point {
  readonly step: number;
  readonly value: number;
}

export interface Compared {
  readonly label: string;
  readonly support: number;
  readonly old: number;
  readonly new: number;
}

/** A training run as the page shows it. */
export interface Training {
  readonly state: "none" | "running" | "done" | "stopped" | "failed";
  readonly message: string;
  readonly documents: { readonly train: number; readonly heldOut: number };
  readonly loss: readonly Point[];
  readonly f1: readonly Point[];
  readonly totalSteps?: number;
  readonly folder?: string;
  readonly comparison?: {
    readonly heldOut: number;
    readonly old: number;
    readonly new: number;
    readonly perLabel: readonly Compared[];
  };
  /** Labels of the old model that the new one does not know. */
  readonly lost: readonly string[];
  readonly isUsed: boolean;
}

/** The state before any run. */
export const noTraining: Training = {
  state: "none",
  message: "",
  documents: { train: 0, heldOut: 0 },
  loss: [],
  f1: [],
  lost: [],
  isUsed: false,
};
