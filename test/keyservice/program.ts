/** `keyservice` as a process of its own: sotto's from the sources, or the real one. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

export const SOTTO: readonly string[] = [process.execPath, join(import.meta.dirname, "..", "..", "src", "cli", "main.ts")];

export interface Ended {
  readonly exit: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface Started {
  /** What it says on standard error, as soon as that holds the text. @throws Error when it ends before */
  says(text: string): Promise<string>;
  type(text: string): void;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** Runs a program; it is ended after 20 seconds in any case. */
export function startProgram(argv: readonly string[], env: Readonly<Record<string, string>>, cwd: string): Started {
  const [program = "", ...rest] = argv;
  const child: ChildProcess = spawn(program, rest, { env: { ...env }, cwd, stdio: ["pipe", "pipe", "pipe"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
  const said = { output: "", errors: "" };
  let listener: (() => void) | undefined;
  child.stdout?.setEncoding("utf8").on("data", (part: string) => {
    said.output += part;
    listener?.();
  });
  child.stderr?.setEncoding("utf8").on("data", (part: string) => {
    said.errors += part;
    listener?.();
  });
  child.stdin?.on("error", () => {});
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (exit) => {
      clearTimeout(timer);
      resolve({ exit, ...said });
    });
  });
  return {
    says: (text) =>
      new Promise((resolve, reject) => {
        listener = (): void => {
          if ((said.errors + said.output).includes(text)) resolve(said.errors);
        };
        listener();
        void ended.then(({ errors }) => reject(new Error(`it ended without ${JSON.stringify(text)}: ${errors}`)));
      }),
    type: (text) => void child.stdin?.write(text),
    signal: (name) => void child.kill(name),
    ended,
  };
}
