/** Text as a shell reads it back: in quotation marks where it must be. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/**
 * The command that resumes a run, from the arguments that began it.
 * @param output the run's folder, which the arguments may leave to the default
 */
export function resumeCommand(args: readonly string[], output: string): string {
  const kept = args.filter((arg) => arg !== "--overwrite" && arg !== "--resume");
  const isNamed = kept.some((arg) => arg === "--output" || arg.startsWith("--output="));
  return ["npx relata", ...[...kept, ...(isNamed ? [] : ["--output", output]), "--resume"].map(quoted)].join(" ");
}
