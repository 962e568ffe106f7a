import type { Downloaded } from "../parts/loading.tsx";

const again =
  "Check that it lies on the server beside the others, in the folder that was exported, then load this page again.";
const nameOf = (url: string): string => /(?<=\/)(?:model\/)?[^/]*$/.exec(new URL(url).pathname)![0];

/** A file of the page that is not there, or did not come whole. */
export const missingFile = (url: string, why: string): Error =>
  new Error(`The file ${nameOf(url)} of this page could not be read: ${why}. ${again}`);

/** Says whether a file of the page is why something else failed. @throws Error that names it if so */
export async function requireThere(url: string): Promise<void> {
  const { status, ok } = await fetch(url, { method: "HEAD" }).catch(() => ({ status: 0, ok: false }));
  // A server that knows no HEAD says nothing about the file.
  if (!ok && status !== 405 && status !== 501)
    throw missingFile(url, status === 0 ? "the server does not answer" : `the server answered ${status}`);
}

/**
 * Reads the body of a file to its end, and says how far it has come.
 * @throws Error that names the file if the connection ends before
 */
export async function wholeFile(
  url: string,
  response: Response,
  follow: (state: Downloaded) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  const isPacked = response.headers.has("content-encoding");
  const total = Number.isFinite(length) && !isPacked ? length : undefined;
  // Weights are large: where their size is known, there is one copy of them.
  let bytes = new Uint8Array(total ?? 1 << 20);
  let loaded = 0;
  let said = 0;
  try {
    const reader = response.body!.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (loaded + value.length > bytes.length) {
        const larger = new Uint8Array(Math.max(2 * bytes.length, loaded + value.length));
        larger.set(bytes.subarray(0, loaded));
        bytes = larger;
      }
      bytes.set(value, loaded);
      loaded += value.length;
      if (Date.now() - said > 100) {
        said = Date.now();
        follow({ loaded, ...(total === undefined ? {} : { total }) });
      }
    }
  } catch {
    const of = total === undefined ? "" : ` of ${total}`;
    throw missingFile(url, `the connection ended after ${loaded}${of} bytes`);
  }
  return loaded === bytes.length ? bytes : bytes.slice(0, loaded);
}
