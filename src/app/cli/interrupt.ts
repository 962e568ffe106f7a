import { constants } from "node:os";
import { StatusLine } from "./status-line.ts";

/** The signals with which users and programs end a command. */
const names = ["SIGHUP", "SIGINT", "SIGTERM"] as const;
type SignalName = (typeof names)[number];

/** The exit codes of the contract: 128 and the signal's number, as shells count. */
const codeOf = (name: SignalName): number => 128 + constants.signals[name];

/** The way in which a command wants to end. */
export interface InterruptPlan {
  readonly line: StatusLine;
  /** Returns a sentence on what is kept and what is lost. */
  readonly outcome: () => string;
  /** Asks the work to end by itself, in good order; returns false if there is nothing to wait for. */
  readonly stop?: () => boolean;
}

/** The plans of running commands; the last one counts. */
const plans: InterruptPlan[] = [];
/** Whether a command has made a plan; until then, the library does no work and need not be loaded to be stopped. */
let hasWorked = false;

let first: { readonly name: SignalName; readonly time: number } | undefined;
let isEnding = false;

/** Milliseconds in which a second signal counts as the same: npm and shells repeat the terminal's signal. */
const echo = 100;
/** Milliseconds that a native call may still take once the user insists. */
const lastWait = 500;

/** Makes signals end the process in good order from now on; replaces earlier listeners. */
export function listenToSignals(): void {
  for (const name of names) listenInstead(name, () => onSignal(name));
}

/** Puts a listener in the place of all earlier ones of a signal. */
export function listenInstead(name: NodeJS.Signals, listener: () => void): void {
  // The new listener comes first: without any, Node closes the handle, and a signal that has arrived is lost.
  const earlier = process.listeners(name);
  process.on(name, listener);
  for (const one of earlier) process.removeListener(name, one);
}

/** Registers the plan of a command while it works. */
export function onInterrupt(plan: InterruptPlan): { readonly dispose: () => void } {
  hasWorked = true;
  plans.push(plan);
  return { dispose: () => void plans.splice(plans.indexOf(plan), 1) };
}

/** The exit code of a command that was stopped. */
export const interruptedCode = (): number => codeOf(first?.name ?? "SIGINT");

/** Whether the process is about to end, so that errors of its work are not reported. */
export const isLeaving = (): boolean => isEnding;

/** Ends the process as soon as no native call runs, which would abort it, and no file is being saved. */
export async function leave(code: number): Promise<never> {
  isEnding = true;
  await endWork();
  // A closed terminal takes no more text; the reason to end is its signal, not the failed write.
  process.exit(first ? codeOf(first.name) : code);
}

async function endWork(): Promise<void> {
  if (!hasWorked) return;
  const { endRuns } = await import("../../index.ts");
  await endRuns();
}

function onSignal(name: SignalName): void {
  const plan = plans.at(-1);
  if (first) {
    if (performance.now() - first.time > echo) void endAtOnce(name, plan);
    return;
  }
  first = { name, time: performance.now() };
  const isStopping = plan?.stop?.() ?? false;
  announce(plan, `Stopped by ${name}. ${plan?.outcome() ?? "Nothing was done yet."}`, isStopping);
  if (!isStopping) void leave(codeOf(name));
}

function announce(plan: InterruptPlan | undefined, text: string, isStopping: boolean): void {
  // One who asked for quiet still wants to know what is kept.
  StatusLine.isQuiet = false;
  if (!plan) process.stderr.write(`relata: ${text}\n`);
  else if (isStopping) plan.line.print(`${plan.outcome()} Press Ctrl-C again to end at once.`);
  else {
    plan.line.clear();
    plan.line.print(text);
  }
}

/** Waits a moment for a native call to return; a longer call ends with the process, by the signal itself. */
async function endAtOnce(name: SignalName, plan: InterruptPlan | undefined): Promise<void> {
  plan?.line.clear();
  isEnding = true;
  const { removeUnfinished } = await import("../../index.ts");
  const timer = setTimeout(() => {
    removeUnfinished();
    for (const each of names) process.removeAllListeners(each);
    process.kill(process.pid, name);
  }, lastWait);
  await endWork();
  clearTimeout(timer);
  process.exit(codeOf(name));
}
