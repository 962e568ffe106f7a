import { DataError } from "../../../index.ts";
import { Fault } from "../fault.ts";

/** Waits for a request to be read. @throws Fault 400 for bytes that are no JSON, 422 for JSON that does not fit */
export async function whenRead<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new Fault(error.name === "BodyError" ? 400 : 422, error.message);
  }
}
