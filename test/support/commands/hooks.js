// Module hooks of a command host; see inline-thread.js.
const inline = new URL("./inline-thread.js", import.meta.url).href;

export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  return found.url.endsWith("/dist/run/thread.js") ? { ...found, url: inline } : found;
}
