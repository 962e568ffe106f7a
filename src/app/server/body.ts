import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import { Fault } from "./fault.ts";

/**
 * Reads the JSON body of a request.
 * @throws Fault 415 for another type, charset or encoding; 413 beyond `maxBytes`; 400 for bytes that are no JSON
 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  return parseJson(await readBytes(request, maxBytes));
}

/** Reads the body of a request that says it is JSON, as bytes. @throws Fault as readJson */
export async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const { "content-type": type = "", "content-encoding": encoding = "identity" } = request.headers;
  const [media, ...parameters] = type.split(";").map((part) => part.trim().toLowerCase());
  const charset = parameters
    .find((one) => one.startsWith("charset="))
    ?.slice("charset=".length)
    .replaceAll('"', "");
  if (media !== "application/json")
    throw new Fault(
      415,
      `The body must be JSON: send content-type: application/json. Found ${media === "" ? "no content-type" : JSON.stringify(media?.slice(0, 80))}.`,
    );
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8")
    throw new Fault(
      415,
      `The body must be JSON in UTF-8: send content-type: application/json; charset=utf-8. Found the charset ${JSON.stringify(charset.slice(0, 40))}.`,
    );
  if (encoding !== "identity")
    throw new Fault(
      415,
      `Packed bodies are not taken, and this one is packed with ${JSON.stringify(encoding.slice(0, 40))}: send it as it is, without content-encoding.`,
    );
  return readRaw(request, maxBytes);
}

/** Reads a body of any type. @throws Fault 413 beyond `maxBytes`; 400 for a body that ends early */
export async function readRaw(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = (): Fault =>
    new Fault(
      413,
      `The body is larger than the ${maxBytes} bytes that the server takes. Send fewer documents at a time.`,
      {
        connection: "close",
      },
    );
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) end(() => reject(tooLarge()));
      else chunks.push(chunk);
    };
    const whole = (): void => end(() => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    const cut = (): void =>
      end(() => reject(new Fault(400, "The body ended before its announced length. Send it again, as a whole.")));
    function end(settle: () => void): void {
      request.off("data", take).off("end", whole).off("error", cut).off("close", cut);
      settle();
    }
    request.on("data", take).on("end", whole).on("error", cut).on("close", cut);
    // A client that left before has sent its events already.
    if (request.destroyed) cut();
  });
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parseJson(bytes: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new Fault(400, "The body is not UTF-8, the encoding of JSON. Encode it so, and send it again.");
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Fault(400, `The body is not JSON: ${(error as Error).message}. /openapi.json describes what it may be.`);
  }
}

/** Fits a body to its schema. @throws Fault that names the first wrong part */
export function fit<T>(schema: z.ZodType<T>, body: unknown, status: 400 | 422 = 422): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue!.path.reduce<string>(
    (before, key) =>
      typeof key === "number" ? `${before}[${key}]` : before === "" ? String(key) : `${before}.${String(key)}`,
    "",
  );
  throw new Fault(status, `${misfit(path === "" ? "The body" : path, issue!)} /openapi.json describes the body.`);
}

/** Says what was expected of a part and what was found, where the schema knows it. */
function misfit(part: string, issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.map((key) => JSON.stringify(key.slice(0, 80))).join(", ");
    return `${part} has no field ${keys}: leave it out, or correct its name.`;
  }
  if (issue.code === "invalid_union") return `${part} has none of the forms that it may have.`;
  const [, expected, found] = /^Invalid input: expected (.+), received (.+)$/.exec(issue.message) ?? [];
  if (expected === undefined) return `${part}: ${issue.message}.`;
  return found === "undefined"
    ? `${part} is missing: expected ${expected}.`
    : `${part}: expected ${expected}, found ${found}.`;
}
