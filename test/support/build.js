import { buildIfStale } from "../../scripts/build-if-stale.js";

/** Tests of the command line run the build: it is made once, before any of them. */
export default function setup() {
  if (!buildIfStale()) throw new Error("src does not compile: run `npm run types`");
}
