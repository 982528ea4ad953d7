/** Where the editor must not start: without a terminal Ink prints its last frame, and a debugger or profiler sees every value. */

type Environment = Readonly<Record<string, string | undefined>>;

export interface Surroundings {
  readonly env: Environment;
  readonly platform: string;
  /** Whether standard input, and standard output, is a terminal. */
  readonly input: boolean;
  readonly output: boolean;
  /** `process.execArgv` */
  readonly execArgv: readonly string[];
}

const NEEDS_TERMINAL = "the editor needs a terminal. In scripts use: sotto set, sotto get, sotto exec-env.";
/** They open the memory to others, or write it to disk. */
const EXPOSING = /^--(?:inspect|debug|heapsnapshot|heap-prof|cpu-prof|prof$|report-|abort-on-uncaught-exception|diagnostic-dir)/;

/** To be asked before any key is read. @returns what to print, undefined when the editor may start */
export function refuseReason(around: Surroundings): string | undefined {
  const { env, platform, input, output, execArgv } = around;
  const term = env["TERM"] ?? "";
  const dumb = term === "dumb" || (term === "" && platform !== "win32");
  if (!input || !output || isCi(env) || dumb) return NEEDS_TERMINAL;
  const flag = [...execArgv, ...wordsOf(env["NODE_OPTIONS"])].find((word) => EXPOSING.test(word.replaceAll("_", "-")));
  if (flag === undefined) return undefined;
  const name = flag.split("=")[0] ?? "";
  return `the editor does not start with ${name}: it could show your values to others or write them to disk. Take it out of NODE_OPTIONS and try again.`;
}

function isCi(env: Environment): boolean {
  const value = (env["CI"] ?? "").toLowerCase();
  return value !== "" && value !== "false" && value !== "0";
}

/** Words in double quotes too, as Node splits them. */
function wordsOf(options: string | undefined): readonly string[] {
  return (options ?? "").replaceAll('"', " ").split(/\s+/).filter(Boolean);
}

const RECORDERS = [
  ["asciinema", ["ASCIINEMA_REC", "ASCIINEMA_SESSION"]],
  ["script", ["SCRIPT", "TYPESCRIPT"]],
] as const;

/** @returns one line to show once, when it can be seen that the terminal is recorded */
export function hintOf(env: Environment): string | undefined {
  const found = RECORDERS.find(([, names]) => names.some((name) => (env[name] ?? "") !== ""));
  return found === undefined ? undefined : `${found[0]} records this terminal: what you reveal stays in the recording.`;
}
