// npm's `prepare`: after `npm ci` here, before `npm pack`, and when another project installs Relata from git. Builds dist,
// unless the packages that building needs are left out (`npm ci --omit=dev`): then what is built already is used.
import { buildIfStale, isInstalled } from "./build-if-stale.js";

if (!isInstalled()) process.stderr.write("relata: not built, since the development packages are not installed.\n");
else if (!buildIfStale()) process.exit(1);
