// Answers over HTTP which date belongs to each document that a mail asks for.
//   node examples/http-service/server.js runs/which-date-both 8090
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { openModel, UserError } from "relata";
import { answersOf } from "../which-date/answer.js";

/** The most characters of a mail, and bytes of a request. */
const longest = { mail: 20_000, body: 200_000 };

/** What a client did wrong, in a sentence for it. */
class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * The mail of a request: its text, and its entities unless the model finds them.
 * @param {import("node:http").IncomingMessage} request
 */
async function mailOf(request) {
  if (request.method !== "POST" || request.url !== "/answers")
    throw new Refusal(404, 'There is one path here: POST /answers with {"text": "…"}.');
  let body = "";
  // The answer to a body that is too long still needs the connection, which leaving the loop would end.
  for await (const piece of request.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    body += piece;
    if (body.length > longest.body) throw new Refusal(413, `A request may have ${longest.body} characters. Send one mail at a time.`);
  }
  /** @type {{ text?: unknown, entities?: import("relata").PredictionInput["entities"] }} */
  let mail;
  try {
    mail = JSON.parse(body);
  } catch {
    throw new Refusal(400, 'The body is no JSON: send {"text": "…"}.');
  }
  const { text, entities } = mail ?? {};
  if (typeof text !== "string" || text.length > longest.mail)
    throw new Refusal(422, `"text": expected a mail of up to ${longest.mail} characters, found ${typeof text === "string" ? text.length : typeof text}.`);
  return { text, ...(entities === undefined ? {} : { entities }) };
}

/**
 * A server that answers with this model; close it, then the model.
 * @param {import("relata").RelationModel} model
 */
export const serverOf = (model) =>
  createServer(async (request, response) => {
    /**
     * @param {number} status
     * @param {object} body
     */
    const send = (status, body) =>
      response
        .writeHead(status, { "content-type": "application/json", ...(status === 413 ? { connection: "close" } : {}) })
        .end(`${JSON.stringify(body)}\n`);
    try {
      send(200, { answers: answersOf(await model.predict(await mailOf(request))) });
    } catch (error) {
      // Relata names what is wrong with a mail and its spans; anything else is this program's affair.
      if (error instanceof Refusal) send(error.status, { error: error.message });
      else if (error instanceof UserError) send(422, { error: error.message });
      else {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        send(500, { error: "The answer could not be made; the log of the server says why." });
      }
    }
  });

async function main(/** @type {readonly string[]} */ [folder, port = "8090"]) {
  if (folder === undefined) {
    process.stderr.write("Which model? node examples/http-service/server.js MODEL [PORT]\n");
    process.exitCode = 64;
    return;
  }
  const model = await openModel(folder);
  const server = serverOf(model).listen(Number(port), "127.0.0.1", () => {
    const address = server.address();
    process.stdout.write(`http://127.0.0.1:${typeof address === "object" ? address?.port : port}/answers\n`);
  });
  // Answers that are under way are sent before the process ends.
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => {
      server.close(() => model.close());
      server.closeIdleConnections();
    });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await main(process.argv.slice(2));
