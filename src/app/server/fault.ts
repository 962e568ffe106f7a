import { errorTypes, type ErrorType } from "../../index.ts";

const statuses = [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503, 504] as const;
export type FaultStatus = (typeof statuses)[number];

/** Each status of a failure means one thing, and has one name in the body. */
export const typeOf = (status: FaultStatus): ErrorType => errorTypes[statuses.indexOf(status)]!;

/** A failure of a request, as its client sees it. */
export class Fault extends Error {
  readonly status: FaultStatus;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: FaultStatus, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** A failure that goes away by itself after so many seconds. */
export const retryLater = (status: 429 | 503, message: string, seconds: number): Fault =>
  new Fault(status, message, { "retry-after": String(Math.max(1, Math.ceil(seconds))) });
