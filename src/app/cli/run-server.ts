import { setFlagsFromString } from "node:v8";
import { serve, type NamedSource } from "../server/serve.ts";
import type { ServeConfig } from "../server/settings.ts";
import { listenInstead } from "./interrupt.ts";
import { openInBrowser } from "./open-in-browser.ts";
import type { StatusLine } from "./status-line.ts";

/**
 * The percentage by which the heap grows, over what was still needed, until V8 looks for what no longer is. By its own measure that is
 * several times what is needed: requests that waited for a second or two are old objects by then, and stay so long.
 */
const heapGrowth = 20;

/**
 * Serves models until `asked` resolves, and shows an address in a browser once they are warm.
 * @param page the part of the address after the server's, and whether a browser opens it; else it is printed
 */
export async function runServer(
  models: readonly NamedSource[],
  config: ServeConfig,
  {
    line,
    asked,
    page,
  }: {
    readonly line: StatusLine;
    readonly asked: Promise<void>;
    readonly page?: { readonly path: string; readonly opens: boolean } | undefined;
  },
): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${heapGrowth}`);
  const server = await serve(models, config, (text) => line.print(text));
  // The signal that asks programs without a terminal to read their files anew.
  listenInstead("SIGHUP", () => void server.reload());
  line.print(`Listening on ${server.url}`);
  try {
    if ((await Promise.race([server.ready.then(() => "ready"), asked])) === "ready") {
      line.print(`Ready: ${models.map(({ name }) => name).join(", ")}`);
      if (page) {
        const url = `${server.url}${page.path}`;
        if (page.opens) openInBrowser(url, () => line.print(`No browser could be started: open ${url}`));
        else line.print(`Open ${url}`);
      }
    }
    await asked;
  } finally {
    await server.stop();
  }
}

/** The signal that ends a server, and the plan that waits for it. */
export function untilAsked(): {
  readonly asked: Promise<void>;
  readonly plan: { readonly outcome: () => string; readonly stop: () => boolean };
} {
  let stop: () => void = () => {};
  const asked = new Promise<void>((resolve) => (stop = resolve));
  const plan = {
    outcome: () => "Requests that were accepted are answered; no new ones are.",
    stop: () => {
      stop();
      return true;
    },
  };
  return { asked, plan };
}
