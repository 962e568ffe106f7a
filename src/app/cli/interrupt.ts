import { exitCodes } from "../../errors.ts";
import { removeUnfinished } from "../../files/temporary.ts";
import { shutAllGates } from "../../uninterrupted.ts";
import type { StatusLine } from "./status-line.ts";

/** The signals by which people and programs end a command, with its exit code: 128 and the signal's number, as shells count. */
const signals = {
  SIGHUP: exitCodes.hungUp,
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
} as const;
type SignalName = keyof typeof signals;
const names = Object.keys(signals) as SignalName[];

/** What a command wants to be done when it is to end. */
export interface InterruptPlan {
  readonly line: StatusLine;
  /** What is kept and what is not, as a sentence. */
  readonly tell: () => string;
  /** Asks the work to end by itself, in good order; false if there is nothing to wait for. */
  readonly stop?: () => boolean;
}

/** The last is the one that counts. */
const plans: InterruptPlan[] = [];

let first: { readonly name: SignalName; readonly time: number } | undefined;
let isEnding = false;

/** Milliseconds in which a second signal is the same: npm and shells pass on what the terminal has sent already. */
const echo = 100;
/** Milliseconds that a native call may still take once a person insists. */
const lastWait = 500;

/** Makes signals end the process in good order from now on, in the place of whoever listened before. */
export function listenToSignals(): void {
  for (const name of names) {
    process.removeAllListeners(name);
    process.on(name, () => onSignal(name));
  }
}

/** Says what is to be done while a command works. */
export function onInterrupt(plan: InterruptPlan): { readonly dispose: () => void } {
  plans.push(plan);
  return { dispose: () => void plans.splice(plans.indexOf(plan), 1) };
}

/** The exit code of a command that was stopped. */
export const interruptedCode = (): number => (first ? signals[first.name] : exitCodes.interrupted);

/** Whether the process is about to end: what a command reports now is of no more interest. */
export const isLeaving = (): boolean => isEnding;

/** Ends the process as soon as no native call is under way, which would abort it, and no file is being saved. */
export async function leave(code: number): Promise<never> {
  isEnding = true;
  await shutAllGates();
  // That a closed terminal takes no more text is no reason of its own.
  process.exit(first ? signals[first.name] : code);
}

function onSignal(name: SignalName): void {
  const plan = plans.at(-1);
  if (first) {
    if (performance.now() - first.time > echo) void endAtOnce(name, plan);
    return;
  }
  first = { name, time: performance.now() };
  const isStopping = plan?.stop?.() ?? false;
  tell(plan, `Stopped by ${name}. ${plan?.tell() ?? "Nothing was done yet."}`, isStopping);
  if (!isStopping) void leave(signals[name]);
}

function tell(plan: InterruptPlan | undefined, text: string, isStopping: boolean): void {
  if (!plan) process.stderr.write(`relata: ${text}\n`);
  else if (isStopping) plan.line.print(`${plan.tell()} Press Ctrl-C again to end at once.`);
  else {
    plan.line.clear();
    plan.line.print(text);
  }
}

/** Waits a moment for a native call to come back; one that takes longer ends with the process, by the signal itself. */
async function endAtOnce(name: SignalName, plan: InterruptPlan | undefined): Promise<void> {
  plan?.line.clear();
  const timer = setTimeout(() => {
    removeUnfinished();
    for (const each of names) process.removeAllListeners(each);
    process.kill(process.pid, name);
  }, lastWait);
  isEnding = true;
  await shutAllGates();
  clearTimeout(timer);
  process.exit(signals[name]);
}
