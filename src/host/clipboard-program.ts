/** Programs that have to do with the clipboard: a text in by standard input, a text out by standard output, never by arguments. */
import { spawn } from "node:child_process";
import type { ShellCall } from "./spawn.ts";

/** Answers are not waited for longer, in milliseconds: a program that holds the selection may hang. */
const PATIENCE = 5000;
/** A larger text is none that was put there by this program. */
const MOST = 16 * 1024 * 1024;

export interface ProgramRun {
  /** Undefined: not started, killed, or out of patience. */
  readonly code: number | undefined;
  /** The caller wipes it. */
  readonly output: Buffer;
}

/**
 * Ends when the program itself ends, not what it leaves behind: `xclip` and `wl-copy` stay as a process that hands the text out.
 * @param options `reads`: its output is wanted
 */
export function runClipboardProgram(
  call: ShellCall,
  options: { readonly env: NodeJS.ProcessEnv; readonly input?: Uint8Array; readonly reads?: boolean; readonly patience?: number },
): Promise<ProgramRun> {
  const { env, input, reads = false, patience = PATIENCE } = options;
  return new Promise((done) => {
    const parts: Buffer[] = [];
    let length = 0;
    const child = spawn(call.file, [...call.args], {
      env,
      stdio: [input === undefined ? "ignore" : "pipe", reads ? "pipe" : "ignore", "ignore"],
      windowsHide: true,
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), patience);
    const end = (code: number | null): void => {
      clearTimeout(timer);
      const output = Buffer.concat(parts);
      for (const part of parts) part.fill(0);
      done({ code: length > MOST ? undefined : (code ?? undefined), output });
    };
    child.once("error", () => end(null));
    // With output: until all of it is there.
    child.once(reads ? "close" : "exit", end);
    child.stdout?.on("data", (part: Buffer) => {
      length += part.length;
      parts.push(part);
      if (length > MOST) child.kill("SIGKILL");
    });
    // A program that ends without reading is told by its exit number.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}
